"""What a user of xnatpy does with a project: the answers as JSON, for xnatpy.test.ts to compare with the site."""

import hashlib
import io
import json
import os
import sys
import tempfile
import zipfile

import xnat


def md5(content):
    return hashlib.md5(content).hexdigest()


def main():
    asked = json.loads(sys.argv[1])
    found = {}
    with xnat.connect(asked["url"], user=asked["user"], password=asked["password"], loglevel="ERROR") as site:
        found["user"] = site.logged_in_user
        found["projects"] = sorted(project.id for project in site.projects.values())
        project = site.projects[asked["project"]]
        found["subjects"] = sorted(subject.label for subject in project.subjects.values())
        subject = project.subjects[asked["subject"]]
        found["sessions"] = sorted(session.label for session in subject.experiments.values())
        session = subject.experiments[asked["session"]]
        found["sessionClass"] = type(session).__name__
        found["date"] = str(session.date)
        found["scans"] = sorted(scan.id for scan in session.scans.values())
        scan = session.scans[asked["scan"]]
        found["type"] = scan.type
        found["frames"] = scan.frames
        found["resources"] = sorted(resource.label for resource in scan.resources.values())
        files = list(scan.resources["DICOM"].files.values())
        found["files"] = sorted((file.id, int(file.file_size)) for file in files)

        with tempfile.TemporaryDirectory() as folder:
            one = os.path.join(folder, "one")
            files[0].download(one, verbose=False)
            with open(one, "rb") as stream:
                found["one"] = [files[0].id, md5(stream.read())]
            archive = os.path.join(folder, "scan.zip")
            scan.resources["DICOM"].download(archive, verbose=False)
            with zipfile.ZipFile(archive) as entries:
                found["zip"] = sorted(
                    [os.path.basename(name), md5(entries.read(name))]
                    for name in entries.namelist()
                    if not name.endswith("/")
                )

            fresh = site.classes.SubjectData(parent=project, label=asked["newSubject"])
            found["created"] = asked["newSubject"] in project.subjects
            fresh.group = "treated"
            fresh.clearcache()
            found["group"] = fresh.group

            result = os.path.join(folder, "t2.nii")
            with open(result, "wb") as stream:
                stream.write(b"a map of T2")
            maps = scan.create_resource("XNATPY")
            maps.upload(result, "t2.nii")
            maps.clearcache()
            found["uploaded"] = [[file.id, int(file.file_size)] for file in maps.files.values()]
            back = os.path.join(folder, "back")
            maps.files["t2.nii"].download(back, verbose=False)
            with open(back, "rb") as stream:
                found["back"] = stream.read().decode()
            found["trees"] = {}
            for method in ["tgz_file", "tar_memory", "per_file"]:
                tree = os.path.join(folder, method)
                os.makedirs(os.path.join(tree, method, "inner"))
                for name in ["a.txt", os.path.join("inner", "b.txt")]:
                    with open(os.path.join(tree, method, name), "w") as stream:
                        stream.write(name)
                maps.upload_dir(tree, method=method)
                maps.clearcache()
                found["trees"][method] = sorted(
                    [file.id, int(file.file_size)] for file in maps.files.values() if file.id.startswith(method)
                )
            found["refreshed"] = site.services.refresh_catalog(maps) is None
            scan.clearcache()
            made = scan.resources["XNATPY"]
            # xnatpy forgets a deleted object by its id, which it would ask the server for too late.
            found["madeId"] = made.id
            made.delete()
            scan.clearcache()
            found["resourcesAfter"] = sorted(resource.label for resource in scan.resources.values())
            project.clearcache()
            project.subjects[asked["newSubject"]].delete()
            project.clearcache()
            found["subjectAfter"] = asked["newSubject"] in project.subjects

            dump = site.services.dicom_dump(scan.uri, fields=["EchoTime"])
            found["echoTime"] = [row["value"] for row in dump]

            row = site.services.import_(
                asked["importZip"],
                project=asked["project"],
                subject=asked["newSubject"],
                experiment=asked["importSession"],
                destination="/prearchive",
                import_handler="DICOM-zip",
            )
            found["received"] = [row.label, row.subject, row.status]
            row.rebuild()
            waiting = site.prearchive.find(project=asked["project"], status="READY")
            found["ready"] = [one.label for one in waiting]
            found["prearchiveScans"] = sorted(scan.id for scan in waiting[0].scans)
            archived = waiting[0].archive()
            found["archived"] = [archived.label, sorted(scan.id for scan in archived.scans.values())]
            found["archivedFiles"] = {
                scan.id: len(scan.resources["DICOM"].files) for scan in archived.scans.values()
            }
            found["left"] = len(site.prearchive.sessions(project=asked["project"]))
            archived.delete()

            token = site.services.issue_token()
            found["tokenUser"] = "alias" if token.alias else ""
    with xnat.connect(asked["url"], user=token.alias, password=token.secret, loglevel="ERROR") as site:
        found["byToken"] = asked["project"] in site.projects
    io.TextIOWrapper(sys.stdout.buffer, write_through=True).write(json.dumps(found))


main()
