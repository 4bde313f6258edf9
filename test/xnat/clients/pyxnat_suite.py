"""What a pyxnat user does: log in, browse, create, set fields, upload, download, delete. Prints one JSON object."""

import json
import os
import sys
import tempfile

url, user, password = sys.argv[1:4]
for name in list(os.environ):  # pyxnat would ask a proxy even for this machine
    if name.lower().endswith("_proxy"):
        del os.environ[name]

import pyxnat  # noqa: E402

told = {"version": pyxnat.__version__}
x = pyxnat.Interface(server=url, user=user, password=password)
folder = tempfile.mkdtemp()

told["projects"] = x.select.projects().get()
told["subjects"] = sorted(one.label() for one in x.select.project("RATT1").subjects())
session = x.select.project("RATT1").subject("M01").experiment("M01_pre_MR")
told["session"] = [session.exists(), session.datatype(), session.attrs.get("date")]
told["scans"] = sorted(session.scans().get())
told["scan"] = session.scan("3").attrs.mget(["type", "series_description", "quality"])
rows = x.array.scans(project_id="RATT1", experiment_type="xnat:mrSessionData", scan_type="xnat:mrScanData").data
told["scan list"] = sorted(row["xnat:mrscandata/id"] for row in rows)

subject = x.select.project("RATT1").subject("M02").create()
told["created"] = subject.exists()
subject.attrs.set("group", "treated")
subject.attrs.set("xnat:subjectData/fields/field[name=dose]/field", "10")
told["group"] = subject.attrs.get("group")
told["dose"] = subject.attrs.get("xnat:subjectData/fields/field[name=dose]/field")

source = os.path.join(folder, "t2.nii")
with open(source, "wb") as file:
    file.write(b"a map" * 1000)
resource = session.scan("3").resource("T2MAP")
resource.file("t2.nii").put(source, format="NIFTI", content="MAP", overwrite=True)
told["resources"] = [one.label() for one in session.scan("3").resources()]
told["files"] = [file.label() for file in resource.files()]
with open(resource.file("t2.nii").get(os.path.join(folder, "back.nii")), "rb") as file:
    told["same bytes"] = file.read() == b"a map" * 1000
told["size"] = int(resource.file("t2.nii").size())

many = os.path.join(folder, "many")
os.mkdir(many)
for at in range(3):
    with open(os.path.join(many, f"f{at}.txt"), "w") as file:
        file.write(str(at) * 100)
session.resource("REPORT").put_dir(many)
told["unpacked"] = sorted(file.label() for file in session.resource("REPORT").files())
session.resource("REPORT").get(folder, extract=True)
told["zip"] = sorted(name for _, _, names in os.walk(os.path.join(folder, "REPORT")) for name in names)

resource.file("t2.nii").delete()
told["after delete"] = resource.file("t2.nii").exists()
resource.delete()
subject.delete()
told["gone"] = not x.select.project("RATT1").subject("M02").exists()
x.disconnect()
print(json.dumps(told))
