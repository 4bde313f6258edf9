import { afterAll, beforeAll, describe, expect } from "vitest";
import { startXnat } from "../start-xnat.ts";
import { basicHeader, openTarget, type Reply, rowsOf, rulesOf } from "./target.ts";

const target = await openTarget();
afterAll(() => target.close());
const rule = rulesOf(target);
const { ask } = target;

let project = "";
beforeAll(async () => {
  project = await target.makeProject();
});

const put = (path: string, parameters: Record<string, string> = {}): Promise<Reply> =>
  ask("PUT", `/data/projects/${project}${path}?${new URLSearchParams(parameters)}`);

interface Item {
  readonly data_fields: Readonly<Record<string, unknown>>;
  readonly children: readonly { readonly field: string; readonly items: readonly Item[] }[];
}

async function item(path: string): Promise<Item> {
  const reply = await ask("GET", `/data/projects/${project}${path}?format=json`);
  expect(reply.status).toBe(200);
  const [first] = (JSON.parse(reply.text) as { items: readonly Item[] }).items;
  if (first === undefined) throw new Error("an answer without an item");
  return first;
}

const fieldsOf = ({ children }: Item): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    (children.find(({ field }) => field === "fields/field")?.items ?? []).map(({ data_fields }) => [
      data_fields["name"],
      data_fields["field"],
    ]),
  );

const mr = { xsiType: "xnat:mrSessionData" };

describe("making and changing things", () => {
  rule("O9", "a new subject is 201, the same again 200, both with its id", [], async () => {
    const made = await put("/subjects/O0", { group: "treated" });
    const again = await put("/subjects/O0");
    expect([made.status, again.status]).toEqual([201, 200]);
    expect(made.text.trim()).not.toBe("");
    expect(again.text).toBe(made.text);
    expect((await item("/subjects/O0")).data_fields).toMatchObject({
      group: "treated",
      label: "O0",
    });
  });

  rule("O10", "a session needs a type, and a subject", [], async () => {
    await put("/subjects/O0");
    expect((await put("/subjects/O0/experiments/NEW")).status).toBe(417);
    expect((await put("/experiments/NEW", mr)).status).toBe(422);
    expect((await put("/subjects/O0/experiments/O0_MR", mr)).status).toBe(201);
    expect((await put("/subjects/O0/experiments/O0_MR", mr)).status).toBe(200);
  });

  rule("O11", "scans and assessors are made below a session", [], async () => {
    await put("/subjects/O0/experiments/O0_MR", mr);
    const session = "/subjects/O0/experiments/O0_MR";
    const scan = await put(`${session}/scans/3`, { xsiType: "xnat:mrScanData" });
    expect(scan.status).toBeLessThan(300);
    const assessor = await put(`${session}/assessors/O0_QC`, {
      xsiType: "xnat:qcManualAssessorData",
    });
    expect(assessor.status).toBe(201);
    const rows = rowsOf(
      await ask("GET", `/data/projects/${project}${session}/assessors?format=json`),
    );
    expect(rows.map(({ label }) => label)).toEqual(["O0_QC"]);
    expect((await put(`${session}/scans/4`)).status).toBe(417);
  });

  rule("O12", "custom variables stay when another is written", [], async () => {
    const path = (name: string): string => `xnat:subjectData/fields/field[name=${name}]/field`;
    await put("/subjects/VARS", { [path("dose")]: "10" });
    await put("/subjects/VARS", { [path("cohort")]: "A" });
    expect(fieldsOf(await item("/subjects/VARS"))).toEqual({ dose: "10", cohort: "A" });
    await put("/subjects/VARS", { [path("cohort")]: "B", allowDataDeletion: "true" });
    expect(fieldsOf(await item("/subjects/VARS"))["cohort"]).toBe("B");
  });

  rule("O13", "values are stored with the characters of HTML replaced", [], async () => {
    await put("/subjects/ESC", { group: "a & b" });
    expect((await item("/subjects/ESC")).data_fields["group"]).toBe("a &amp; b");
  });

  rule("O14", "an id in use is refused, whatever its case", [], async () => {
    const reply = await ask("PUT", `/data/projects/${project}?name=${project}`);
    expect(reply.status).toBeLessThan(300);
    if (target.isLive) return;
    const other = await ask("PUT", `/data/projects/${project.toLowerCase()}`);
    expect([403, 409]).toContain(other.status);
    expect((await ask("PUT", "/data/projects/not%20an%20id")).status).toBe(417);
  });

  rule("O1", "PUT of a session under another subject moves it", [], async () => {
    await put("/subjects/O1A/experiments/O1_MR", mr);
    const second = await put("/subjects/O1B");
    const moved = await put("/subjects/O1B/experiments/O1_MR", mr);
    expect(moved.status).toBe(200);
    const session = await item("/experiments/O1_MR");
    expect(session.data_fields["subject_ID"]).toBe(second.text.trim());
  });

  rule("O2", "PUT of a session below an unknown subject makes the subject", [], async () => {
    expect((await put("/subjects/O2NEW/experiments/O2_MR", mr)).status).toBe(201);
    expect((await item("/subjects/O2NEW")).data_fields["label"]).toBe("O2NEW");
  });

  rule("O3", "label= renames and ignores every other parameter", [], async () => {
    await put("/subjects/O3", { group: "before" });
    const renamed = await put("/subjects/O3", { label: "O3_NEW", group: "after" });
    expect([renamed.status, renamed.text.trim()]).toEqual([200, ""]);
    const subject = await item("/subjects/O3_NEW");
    expect(subject.data_fields).toMatchObject({ label: "O3_NEW", group: "before" });
    const same = await put("/subjects/O3_NEW", { label: "O3_NEW", group: "after" });
    expect([same.status, same.text.trim()]).toEqual([200, ""]);
    expect((await item("/subjects/O3_NEW")).data_fields["group"]).toBe("before");
  });

  rule("O4", "a path of another type is 200 and changes nothing", [], async () => {
    await put("/subjects/O4/experiments/O4_MR", { ...mr, date: "2026-11-20" });
    const reply = await put("/subjects/O4/experiments/O4_MR", {
      "xnat:petSessionData/date": "2001-01-01",
    });
    expect(reply.status).toBe(200);
    expect((await item("/experiments/O4_MR")).data_fields["date"]).toBe("2026-11-20");
  });

  rule("O5", "odd labels are taken, odd ids are not", ["simOnly"], async () => {
    const odd = encodeURIComponent("M 01 (a)+#");
    const made = await ask("PUT", `/data/projects/${project}/subjects/${odd}`);
    expect(made.status).toBe(201);
    expect((await item(`/subjects/${odd}`)).data_fields["label"]).toBe("M 01 (a)+#");
    expect((await put("/subjects/FINE", { ID: "a b" })).status).toBe(417);
  });

  rule("O6", "paths tell labels apart by case", [], async () => {
    const upper = await put("/subjects/O6");
    const lower = await put("/subjects/o6");
    expect(lower.status).toBe(201);
    expect(lower.text).not.toBe(upper.text);
  });

  rule("O7", "the id of a deleted project is never free again", ["delete"], async () => {
    const id = await target.makeProject();
    expect((await ask("DELETE", `/data/projects/${id}?removeFiles=true`)).status).toBe(200);
    expect((await ask("GET", `/data/projects/${id}?format=json`)).status).toBe(404);
    const again = await ask("PUT", `/data/projects/${id}`);
    expect(target.isLive ? [403, 409] : [403]).toContain(again.status);
  });

  rule("O8", "a site may ask for the reason of each change", ["simOnly"], async () => {
    const site = await startXnat({ changeJustification: true });
    const headers = { Authorization: basicHeader({ login: "owner", password: "owner" }) };
    const change = async (query: string): Promise<number> =>
      (await fetch(`${site.url}/data/projects/REASON${query}`, { method: "PUT", headers })).status;
    const statuses = [await change(""), await change("?event_reason=test")];
    await site.stop();
    expect(statuses).toEqual([400, 200]);
  });

  rule("O15", "DELETE takes things away, one that is not there is 404", ["delete"], async () => {
    await put("/subjects/GONE/experiments/GONE_MR", mr);
    const path = `/data/projects/${project}/subjects/GONE`;
    expect((await ask("DELETE", `${path}/experiments/GONE_MR?removeFiles=true`)).status).toBe(200);
    expect((await ask("GET", `${path}/experiments/GONE_MR?format=json`)).status).toBe(404);
    expect((await ask("DELETE", path)).status).toBe(200);
    expect((await ask("DELETE", path)).status).toBe(404);
  });

  rule(
    "O16",
    "custom fields in JSON are merged, read one by one and removed",
    ["customFields"],
    async () => {
      await put("/subjects/CF");
      const path = `/xapi/custom-fields/projects/${project}/subjects/CF/fields`;
      const write = (value: object): Promise<Reply> =>
        ask("PUT", path, {
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(value),
        });
      expect(JSON.parse((await ask("GET", path)).text)).toEqual({});
      await write({ dose: 10 });
      expect(JSON.parse((await write({ cohort: "A" })).text)).toEqual({ dose: 10, cohort: "A" });
      expect(JSON.parse((await ask("GET", `${path}/dose`)).text)).toBe(10);
      expect((await ask("GET", `${path}/missing`)).status).toBe(404);
      if (!target.has("delete")) return;
      expect(JSON.parse((await ask("DELETE", `${path}/dose`)).text)).toEqual({ cohort: "A" });
    },
  );

  rule("O17", "an outsider changes nothing", ["secondUser"], async () => {
    const path = `/data/projects/${project}/subjects/INTRUDER`;
    const { status } = await ask("PUT", path, { as: "second" });
    expect([403, 404]).toContain(status);
    expect((await ask("GET", `${path}?format=json`)).status).toBe(404);
  });
});

describe("what roles may do", () => {
  rule(
    "R1",
    "members edit and do not delete, collaborators read, outsiders see nothing",
    ["simOnly"],
    async () => {
      const { site } = target.simulated;
      const own = site.projects.get(project);
      own?.members.set("member", "member");
      own?.members.set("collab", "collaborator");
      const logIn = (login: string) => ({
        Authorization: basicHeader({ login, password: login }),
      });
      const status = async (login: string, method: string, tail: string): Promise<number> =>
        (
          await fetch(`${target.url}/data/projects/${project}${tail}`, {
            method,
            headers: logIn(login),
          })
        ).status;
      const told: Record<string, readonly number[]> = {};
      for (const login of ["owner", "member", "collab", "outsider", "admin"]) {
        told[login] = [
          await status(login, "GET", "?format=json"),
          await status(login, "PUT", `/subjects/BY_${login}`),
          await status(login, "PUT", "?description=changed"),
          await status(login, "DELETE", "/subjects/BY_owner"),
        ];
      }
      expect(told).toEqual({
        owner: [200, 201, 200, 200],
        member: [200, 201, 403, 404],
        collab: [200, 403, 403, 404],
        outsider: [404, 404, 403, 404],
        admin: [200, 201, 200, 404],
      });
      expect(await status("member", "DELETE", "/subjects/BY_member")).toBe(403);
      expect(await status("collab", "DELETE", "/subjects/BY_member")).toBe(403);
    },
  );

  rule(
    "R2",
    "outsiders read public projects and only list protected ones",
    ["simOnly"],
    async () => {
      const id = await target.makeProject();
      await ask("PUT", `/data/projects/${id}/subjects/S1`);
      const told: Record<string, readonly number[]> = {};
      for (const access of ["public", "protected", "private"]) {
        const set = await ask("PUT", `/data/projects/${id}/accessibility/${access}`);
        expect(set.status).toBe(200);
        const path = `/data/projects/${id}/subjects`;
        const statuses: number[] = [];
        for (const [method, tail] of [
          ["GET", "?format=json"],
          ["GET", "/S1?format=json"],
          ["PUT", "/S2"],
        ] as const) {
          statuses.push((await ask(method, path + tail, { as: "second" })).status);
        }
        told[access] = statuses;
      }
      expect(told).toEqual({
        public: [200, 200, 403],
        protected: [200, 403, 403],
        private: [404, 404, 404],
      });
    },
  );
});
