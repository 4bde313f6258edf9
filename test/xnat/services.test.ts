import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readBuildInfo, readPlugins } from "#shared/xnat/build-info.ts";
import type { XnatConnection } from "#shared/xnat/connection.ts";
import { createProject } from "#shared/xnat/create-project.ts";
import { createSession } from "#shared/xnat/create-session.ts";
import { createSubject } from "#shared/xnat/create-subject.ts";
import { readCustomFields, writeCustomFields } from "#shared/xnat/custom-fields.ts";
import { readSessionVariables, readSubjectVariables } from "#shared/xnat/custom-variables.ts";
import { openConnection } from "#shared/xnat/open-connection.ts";
import { projectPath, subjectPath } from "#shared/xnat/owner-path.ts";
import { listEditableProjects, readProject } from "#shared/xnat/project.ts";
import { listScans } from "#shared/xnat/scans.ts";
import { listSessions } from "#shared/xnat/sessions.ts";
import { readSiteUser } from "#shared/xnat/site-user.ts";
import { listSubjects } from "#shared/xnat/subjects.ts";
import { invalidateToken, issueToken } from "#shared/xnat/tokens.ts";
import { writeCustomVariable } from "#shared/xnat/write-custom-variable.ts";
import { all } from "#test/shared/xnat/fake-connection.ts";
import { type SimulatedXnat, startXnat } from "./start-xnat.ts";

// The services of shared/xnat with the real connection against the simulated server.

let xnat: SimulatedXnat;
let owner: XnatConnection;
const project = "RATT1";
const ids = new Map<string, string>();

beforeAll(async () => {
  xnat = await startXnat();
  owner = await openConnection({ url: xnat.url, user: "owner", password: "owner" });
  await createProject(owner, { id: project, description: "Rats" });
  for (const [subject, group] of [
    ["M2", "treated"],
    ["M10", "control"],
  ] as const) {
    ids.set(subject, (await createSubject(owner, { project, label: subject, group })).id);
    const label = `${subject}_MR`;
    const session = await createSession(owner, {
      project,
      subject,
      label,
      xsiType: "xnat:mrSessionData",
      date: "2026-11-20",
    });
    ids.set(label, session.id);
    for (const scan of ["11", "3"]) {
      const path = [
        "data",
        "projects",
        project,
        "subjects",
        subject,
        "experiments",
        label,
        "scans",
      ];
      const query = {
        xsiType: "xnat:mrScanData",
        "xnat:mrScanData/type": "MSME",
        "xnat:mrScanData/series_description": `T2 ${scan}`,
        "xnat:mrScanData/frames": "160",
        "xnat:mrScanData/quality": "usable",
      };
      await owner.text({ method: "PUT", path: [...path, scan], query });
    }
  }
});

afterAll(async () => {
  await owner.close();
  await xnat.stop();
});

describe("services against the simulated server", () => {
  test("who and what", async () => {
    expect(await readSiteUser(owner)).toBe("owner");
    expect((await readBuildInfo(owner)).version).toMatch(/^1\./);
    expect((await readPlugins(owner)).size).toBeGreaterThan(0);
  });

  test("projects, hidden ones too", async () => {
    expect(await readProject(owner, project)).toMatchObject({ id: project, description: "Rats" });
    expect(await listEditableProjects(owner, "xnat:subjectData")).toContain(project);
    const outsider = await openConnection({
      url: xnat.url,
      user: "outsider",
      password: "outsider",
    });
    await expect(readProject(outsider, project)).rejects.toMatchObject({ rule: "A10" });
    await outsider.close();
    await expect(createProject(owner, { id: project.toLowerCase() })).rejects.toMatchObject({
      rule: "O7",
    });
  });

  test("subjects, sessions and scans in order", async () => {
    expect((await listSubjects(owner, project)).map(({ label, group }) => [label, group])).toEqual([
      ["M2", "treated"],
      ["M10", "control"],
    ]);
    expect((await listSessions(owner, project)).map(({ sessionLabel }) => sessionLabel)).toEqual([
      "M2_MR",
      "M10_MR",
    ]);
    const before = xnat.log.length;
    const scans = await all(listScans(owner, project));
    expect(xnat.log.length - before).toBe(1);
    expect(scans.map(({ subjectLabel, scanId }) => `${subjectLabel}/${scanId}`)).toEqual([
      "M2/3",
      "M2/11",
      "M10/3",
      "M10/11",
    ]);
    expect(scans[0]).toMatchObject({
      sessionId: ids.get("M2_MR"),
      subjectId: ids.get("M2"),
      sessionType: "xnat:mrSessionData",
      scanType: "MSME",
      seriesDescription: "T2 3",
      frames: "160",
      quality: "usable",
      modality: "MR",
      owner: project,
      date: "2026-11-20",
    });
  });

  test("what is there stays; clashes are refused", async () => {
    const session = { project, label: "M2_MR", xsiType: "xnat:mrSessionData" };
    expect(await createSubject(owner, { project, label: "M2" })).toMatchObject({ created: false });
    expect(await createSession(owner, { ...session, subject: "M2" })).toMatchObject({
      created: false,
    });
    await expect(createSubject(owner, { project, label: "m2" })).rejects.toMatchObject({
      rule: "O6",
    });
    await expect(createSession(owner, { ...session, subject: "M10" })).rejects.toMatchObject({
      rule: "O1",
    });
    await expect(createSession(owner, { ...session, subject: "M3" })).rejects.toMatchObject({
      rule: "O2",
    });
  });

  test("custom variables: one is written, the others stay, all are read in two lists", async () => {
    const subject = { project, subject: "M2" };
    await writeCustomVariable(owner, subject, "dose", "10");
    await writeCustomVariable(owner, subject, "strain", "wistar");
    await writeCustomVariable(
      owner,
      { ...subject, session: ids.get("M2_MR")! },
      "timepoint",
      "pre",
    );
    const before = xnat.log.length;
    const subjects = await readSubjectVariables(owner, project);
    const sessions = await readSessionVariables(owner, project);
    expect(xnat.log.length - before).toBe(2);
    expect(Object.fromEntries(subjects.get(ids.get("M2")!) ?? [])).toEqual({
      dose: "10",
      strain: "wistar",
    });
    expect([...(subjects.get(ids.get("M10")!) ?? [])]).toEqual([]);
    expect(sessions.get(ids.get("M2_MR")!)?.get("timepoint")).toBe("pre");
  });

  test("custom fields merge", async () => {
    await writeCustomFields(owner, subjectPath(project, "M2"), { dose: 10 });
    expect(await writeCustomFields(owner, subjectPath(project, "M2"), { tags: ["a"] })).toEqual({
      dose: 10,
      tags: ["a"],
    });
    expect(await readCustomFields(owner, projectPath(project))).toEqual({});
  });

  test("tokens log in until they are ended", async () => {
    const token = await issueToken(owner);
    const login = { url: xnat.url, user: token.alias, password: token.secret };
    const other = await openConnection(login);
    expect(await readSiteUser(other)).toBe("owner");
    await other.close();
    await invalidateToken(owner, token.alias);
    await invalidateToken(owner, token.alias);
    await expect(openConnection(login)).rejects.toMatchObject({ tag: "xnat" });
  });
});
