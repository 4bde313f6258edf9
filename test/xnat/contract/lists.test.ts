import { afterAll, beforeAll, describe, expect } from "vitest";
import { openTarget, type Reply, rowsOf, rulesOf } from "./target.ts";

const target = await openTarget();
afterAll(() => target.close());
const rule = rulesOf(target);
const { ask } = target;

let project = "";
/** By label. */
const ids = new Map<string, string>();

async function put(path: string, parameters: Record<string, string> = {}): Promise<Reply> {
  const query = new URLSearchParams(parameters).toString();
  const reply = await ask("PUT", `/data/projects/${project}${path}?${query}`);
  if (reply.status >= 300) throw new Error(`${path}: ${reply.status} ${reply.text}`);
  return reply;
}

beforeAll(async () => {
  project = await target.makeProject();
  for (const [label, group] of [
    ["M01", "control"],
    ["M02", "treated"],
  ] as const) {
    const subject = await put(`/subjects/${label}`, {
      group,
      "xnat:subjectData/fields/field[name=dose]/field": label === "M01" ? "0" : "10",
    });
    ids.set(label, target.own(subject.text));
    const session = `${label}_MR`;
    const made = await put(`/subjects/${label}/experiments/${session}`, {
      xsiType: "xnat:mrSessionData",
      date: label === "M01" ? "2026-11-20" : "2026-11-22",
      "xnat:mrSessionData/fields/field[name=timepoint]/field": "pre",
      "xnat:mrSessionData/fields/field[name=operator]/field": "nobody",
    });
    ids.set(session, target.own(made.text));
    for (const [scan, type, frames] of [
      ["3", "MSME", "160"],
      ["4", "DWI", "30"],
    ] as const) {
      await put(`/subjects/${label}/experiments/${session}/scans/${scan}`, {
        xsiType: "xnat:mrScanData",
        "xnat:mrScanData/type": type,
        "xnat:mrScanData/series_description": `${type} of ${label}`,
        "xnat:mrScanData/frames": frames,
        "xnat:mrScanData/quality": "usable",
      });
    }
  }
});

const list = async (tail: string): Promise<Reply> => {
  const reply = await ask("GET", `/data/projects/${project}${tail}`);
  expect(reply.status).toBe(200);
  return reply;
};

const scansOfProject =
  "xsiType=xnat:imageSessionData&columns=ID,label,subject_label,xsiType,date,xnat:imageScanData/ID," +
  "xnat:imageScanData/type,xnat:imageScanData/frames&format=json";

describe("lists", () => {
  rule("L1", "values and totals are text, missing ones blank", [], async () => {
    const reply = await list("/experiments?format=json");
    const { ResultSet } = JSON.parse(reply.text) as {
      ResultSet: { Result: Record<string, unknown>[]; totalRecords: unknown };
    };
    expect(reply.type).toContain("json");
    expect(ResultSet.totalRecords).toBe("2");
    expect(Object.keys(ResultSet.Result[0] ?? {})).toEqual(
      expect.arrayContaining([
        ...["ID", "project", "date", "xsiType", "label", "insert_date", "URI"],
        "xnat:subjectassessordata/id",
      ]),
    );
    for (const value of ResultSet.Result.flatMap((row) => Object.values(row))) {
      expect(typeof value).toBe("string");
    }
    const [scan] = rowsOf(await list(`/subjects/M01/experiments/M01_MR/scans?format=json`));
    expect(scan?.["note"]).toBe("");
  });

  rule("L1", "the same list comes as CSV with names in quotes", [], async () => {
    const reply = await list("/subjects?format=csv&columns=ID,label");
    expect(reply.type).toContain("text/csv");
    const [head, ...rows] = reply.text.trim().split("\n");
    expect(head).toBe('"ID","label","URI"');
    expect(rows.sort()).toEqual(
      ["M01", "M02"]
        .map((label) => `"${ids.get(label)}","${label}","/data/subjects/${ids.get(label)}"`)
        .sort(),
    );
  });

  rule("L2", "numbers of items are numbers", [], async () => {
    const reply = await list("/subjects/M01/experiments/M01_MR/scans/3?format=json");
    const { items } = JSON.parse(reply.text) as {
      items: { meta: Record<string, unknown>; data_fields: Record<string, unknown> }[];
    };
    expect(items[0]?.data_fields).toMatchObject({ ID: "3", type: "MSME", frames: 160 });
    expect(items[0]?.meta["isHistory"]).toBe(false);
    expect(items[0]?.meta["xsi:type"]).toBe("xnat:mrScanData");
  });

  rule(
    "L3",
    "paths asked as columns come back in lower case, short names as asked",
    [],
    async () => {
      const rows = rowsOf(
        await ask("GET", `/data/experiments?project=${project}&${scansOfProject}`),
      );
      const keys = Object.keys(rows[0] ?? {});
      expect(keys).toEqual(
        expect.arrayContaining(["ID", "subject_label", "xsiType", "xnat:imagescandata/id", "URI"]),
      );
      expect(keys).not.toContain("xnat:imageScanData/ID");
    },
  );

  rule("L4", "unknown columns are left out without a word", [], async () => {
    const [row] = rowsOf(await list("/subjects?format=json&columns=ID,no_such_column"));
    expect(Object.keys(row ?? {}).sort()).toEqual(["ID", "URI"]);
  });

  rule("L5", "a column with several values multiplies rows: one row per scan", [], async () => {
    const rows = rowsOf(await ask("GET", `/data/experiments?project=${project}&${scansOfProject}`));
    const told = rows.map((row) =>
      ["subject_label", "label", "xnat:imagescandata/id", "xnat:imagescandata/type"]
        .map((key) => row[key])
        .join(" "),
    );
    expect(told.sort()).toEqual([
      "M01 M01_MR 3 MSME",
      "M01 M01_MR 4 DWI",
      "M02 M02_MR 3 MSME",
      "M02 M02_MR 4 DWI",
    ]);
  });

  rule("L5", "custom variables are a row per variable", [], async () => {
    const field = "xnat:mrSessionData/fields/field";
    const rows = rowsOf(
      await list(`/experiments?format=json&columns=ID,label,${field}/name,${field}/field`),
    );
    const told = rows.map((row) =>
      ["label", `${field.toLowerCase()}/name`, `${field.toLowerCase()}/field`]
        .map((key) => row[key])
        .join(" "),
    );
    expect(told.sort()).toEqual([
      "M01_MR operator nobody",
      "M01_MR timepoint pre",
      "M02_MR operator nobody",
      "M02_MR timepoint pre",
    ]);
  });

  rule("L5", "one variable by its name is a column of its own", ["simOnly"], async () => {
    const dose = "xnat:subjectData/fields/field[name=dose]/field";
    const rows = rowsOf(
      await list(`/subjects?format=json&columns=label,${encodeURIComponent(dose)}`),
    );
    const told = rows.map((row) => `${row["label"]} ${row[dose.toLowerCase()]}`);
    expect(told.sort()).toEqual(["M01 0", "M02 10"]);
  });

  rule("L5", "scans and variables together are every pair", ["simOnly"], async () => {
    const rows = rowsOf(
      await list(
        "/experiments?format=json&columns=ID,xnat:imageScanData/ID,xnat:mrSessionData/fields/field/name",
      ),
    );
    expect(rows).toHaveLength(2 * 2 * 2);
  });

  rule("L6", "a page has no total, and only an offset means 100 rows", [], async () => {
    const reply = await list("/experiments?format=json&limit=1&offset=1");
    expect(rowsOf(reply)).toHaveLength(1);
    expect(reply.text).not.toContain("totalRecords");
    expect(rowsOf(await list("/experiments?format=json&offset=0"))).toHaveLength(2);
  });

  rule("L6", "sortBy sorts what the page holds", [], async () => {
    const rows = rowsOf(await list("/subjects?format=json&sortBy=label&sortOrder=DESC"));
    expect(rows.map(({ label }) => label)).toEqual(["M02", "M01"]);
  });

  rule("L6", "the order differs from request to request", ["simOnly"], async () => {
    const orders = new Set<string>();
    for (let at = 0; at < 20; at++) {
      const rows = rowsOf(
        await ask("GET", `/data/experiments?project=${project}&${scansOfProject}`),
      );
      orders.add(rows.map((row) => row["ID"] + (row["xnat:imagescandata/id"] ?? "")).join());
    }
    expect(orders.size).toBeGreaterThan(1);
  });

  rule(
    "L7",
    "what is shared into a project is listed with the project that owns it",
    [],
    async () => {
      const other = await target.makeProject();
      const shared = await put(`/subjects/M01/projects/${other}`, { label: "GUEST" });
      expect(shared.status).toBe(200);
      const path = `/data/projects/${other}/subjects?format=json`;
      const [row] = rowsOf(await ask("GET", path));
      expect(row?.["project"]).toBe(project);
      expect(row?.["ID"]).toBe(ids.get("M01"));
    },
  );

  rule("L8", "routes that do not exist answer an HTML page with 404", [], async () => {
    for (const path of [
      "/data/version",
      `/data/projects/${project}/experiments/M01_MR/scans`,
      `/data/projects/${project}/nothing`,
    ]) {
      const { status, type } = await ask("GET", path);
      expect([status, type.split(";")[0]]).toEqual([404, "text/html"]);
    }
  });

  rule("L9", "an accession id names its own thing and is no label", [], async () => {
    const id = ids.get("M01_MR") ?? "";
    expect([...ids.keys()]).not.toContain(id);
    const reply = await ask("GET", `/data/experiments/${id}?format=json`);
    expect(reply.text).toContain('"label":"M01_MR"');
  });

  rule("L10", "filters take wildcards, alternatives and ranges of dates", [], async () => {
    const labels = async (query: string): Promise<readonly (string | undefined)[]> =>
      rowsOf(await list(`/experiments?format=json&${query}`))
        .map(({ label }) => label)
        .sort();
    expect(await labels("label=M01_MR,M02_MR")).toEqual(["M01_MR", "M02_MR"]);
    expect(await labels("label=M01*")).toEqual(["M01_MR"]);
    expect(await labels("xsiType=xnat:petSessionData")).toEqual([]);
    expect(await labels("date=2026-11-21-2026-11-23")).toEqual(["M02_MR"]);
  });

  rule("L11", "/archive and /REST are other spellings of the same lists", [], async () => {
    for (const path of ["/data/archive/projects", "/REST/projects", "/REST/archive/projects"]) {
      const rows = rowsOf(await ask("GET", `${path}/${project}/subjects?format=json`));
      expect(rows).toHaveLength(2);
    }
  });

  rule("L12", "an item holds its scans and custom variables", [], async () => {
    interface Item {
      readonly data_fields: Readonly<Record<string, unknown>>;
      readonly children: readonly { readonly field: string; readonly items: readonly Item[] }[];
    }
    const { items } = JSON.parse(
      (await list("/subjects/M02/experiments/M02_MR?format=json")).text,
    ) as { items: readonly Item[] };
    const children = (field: string): readonly unknown[] =>
      items[0]?.children
        .find((child) => child.field === field)
        ?.items.map((item) => item.data_fields) ?? [];
    expect(items[0]?.data_fields).toMatchObject({
      ID: ids.get("M02_MR"),
      subject_ID: ids.get("M02"),
      project,
      date: "2026-11-22",
    });
    expect(children("scans/scan")).toHaveLength(2);
    expect(children("fields/field")).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: "timepoint", field: "pre" })]),
    );
  });
});
