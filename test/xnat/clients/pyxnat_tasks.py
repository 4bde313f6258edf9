"""What a user of pyxnat does with a project: the answers as JSON, for pyxnat.test.ts to compare with the site."""

import hashlib
import io
import json
import os
import sys
import tempfile
import zipfile

import pyxnat


def md5(content):
    return hashlib.md5(content).hexdigest()


def main():
    asked = json.loads(sys.argv[1])
    xnat = pyxnat.Interface(server=asked["url"], user=asked["user"], password=asked["password"])
    found = {}
    project = xnat.select.project(asked["project"])
    found["projects"] = sorted(xnat.select.projects().get())
    found["exists"] = project.exists()
    found["subjects"] = sorted(subject.label() for subject in project.subjects())
    subject = project.subject(asked["subject"])
    found["sessions"] = sorted(session.label() for session in subject.experiments())
    session = subject.experiment(asked["session"])
    found["scans"] = sorted(session.scans().get())
    found["session"] = [session.exists(), session.datatype(), session.attrs.get("date")]
    scan = session.scan(asked["scan"])
    found["attributes"] = scan.attrs.mget(["type", "quality"])
    found["type"] = scan.attrs.get("type")
    found["frames"] = scan.attrs.get("xnat:mrScanData/frames")
    found["resources"] = sorted(resource.label() for resource in scan.resources())
    files = list(scan.resource("DICOM").files())
    found["files"] = sorted((str(file.id()), int(file.size())) for file in files)

    with tempfile.TemporaryDirectory() as folder:
        one = files[0]
        path = one.get(os.path.join(folder, "one"))
        with open(path, "rb") as stream:
            found["one"] = [str(one.id()), md5(stream.read())]
        archive = scan.resource("DICOM").get(folder, extract=False)
        with zipfile.ZipFile(archive) as entries:
            found["zip"] = sorted(
                [os.path.basename(name), md5(entries.read(name))]
                for name in entries.namelist()
                if not name.endswith("/")
            )

        fresh = project.subject(asked["newSubject"])
        fresh.create()
        found["created"] = project.subject(asked["newSubject"]).exists()
        fresh.attrs.set("group", "treated")
        found["group"] = project.subject(asked["newSubject"]).attrs.get("group")
        fresh.attrs.set("xnat:subjectData/fields/field[name=dose]/field", "10")
        found["dose"] = project.subject(asked["newSubject"]).xpath(
            "//xnat:field[@name='dose']/text()"
        )

        result = os.path.join(folder, "t2.nii")
        with open(result, "wb") as stream:
            stream.write(b"a map of T2")
        maps = scan.resource("PYXNAT")
        maps.file("t2.nii").put(result, format="NIFTI", content="MAP", overwrite=True)
        found["uploaded"] = [[str(file.id()), int(file.size())] for file in maps.files()]
        with open(maps.file("t2.nii").get(os.path.join(folder, "back")), "rb") as stream:
            found["back"] = stream.read().decode()

        tree = os.path.join(folder, "tree")
        os.makedirs(os.path.join(tree, "inner"))
        for name in ["a.txt", os.path.join("inner", "b.txt")]:
            with open(os.path.join(tree, name), "w") as stream:
                stream.write(name)
        report = scan.resource("PYXNAT_TREE")
        report.put_dir(tree, overwrite=True)
        found["tree"] = sorted(str(file.id()) for file in report.files())

        maps.file("t2.nii").delete()
        found["afterDelete"] = [str(file.id()) for file in scan.resource("PYXNAT").files()]
        maps.delete()
        report.delete()
        found["resourcesAfter"] = sorted(resource.label() for resource in scan.resources())
        fresh.delete()
        found["subjectAfter"] = project.subject(asked["newSubject"]).exists()

    rows = xnat.array.mrsessions(project_id=asked["project"]).data
    found["array"] = sorted({row["ID"] for row in rows})
    rows = xnat.array.scans(
        project_id=asked["project"], experiment_type="xnat:mrSessionData", scan_type="xnat:mrScanData"
    ).data
    found["scanArray"] = sorted(row["xnat:mrscandata/id"] for row in rows)
    xnat.disconnect()
    io.TextIOWrapper(sys.stdout.buffer, write_through=True).write(json.dumps(found))


main()
