"""What an xnatpy user does: log in, browse, create, set fields, upload, download, delete. Prints one JSON object."""

import json
import os
import sys
import tempfile
from importlib.metadata import version

url, user, password = sys.argv[1:4]
for name in list(os.environ):
    if name.lower().endswith("_proxy"):
        del os.environ[name]

import xnat  # noqa: E402

told = {"version": version("xnat")}
folder = tempfile.mkdtemp()
with xnat.connect(url, user=user, password=password, loglevel="ERROR") as x:
    project = x.projects["RATT1"]
    told["projects"] = [one.id for one in x.projects.values()]
    told["subjects"] = sorted(one.label for one in project.subjects.values())
    session = project.subjects["M01"].experiments["M01_pre_MR"]
    told["session"] = [session.label, str(session.date)]
    told["scans"] = sorted(one.id for one in session.scans.values())
    scan = session.scans["3"]
    told["scan"] = [scan.type, scan.series_description, scan.frames]

    subject = x.classes.SubjectData(parent=project, label="M03")
    subject.group = "treated"
    told["group"] = project.subjects["M03"].group

    source = os.path.join(folder, "t2.nii")
    with open(source, "wb") as file:
        file.write(b"a map" * 1000)
    resource = scan.create_resource("T2MAP_PY")
    resource.upload(source, "t2.nii")
    told["files"] = sorted(resource.files.keys())
    resource.files["t2.nii"].download(os.path.join(folder, "back.nii"), verbose=False)
    with open(os.path.join(folder, "back.nii"), "rb") as file:
        told["same bytes"] = file.read() == b"a map" * 1000
    resource.download_dir(os.path.join(folder, "zip"), verbose=False)
    told["zip"] = sorted(name for _, _, names in os.walk(os.path.join(folder, "zip")) for name in names)
    told["refreshed"] = x.services.refresh_catalog(resource) is None
    token = x.services.issue_token()
    told["token"] = len(token.alias)
    resource.delete()
    project.subjects["M03"].delete()
    project.subjects.clearcache()
    told["gone"] = "M03" not in [one.label for one in project.subjects.values()]
print(json.dumps(told))
