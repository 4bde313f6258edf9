import { describe, expect, test } from "vitest";
import { readSessionVariables, readSubjectVariables } from "#shared/xnat/custom-variables.ts";
import { fakeConnection, itemOf, listOf } from "./fake-connection.ts";

const plain = (variables: ReadonlyMap<string, ReadonlyMap<string, string>>): object =>
  Object.fromEntries([...variables].map(([id, ofOne]) => [id, Object.fromEntries(ofOne)]));

describe("custom variables of a project", () => {
  const subject = (ID: string, name: string, field: string): object => ({
    ID,
    "xnat:subjectdata/fields/field/name": name,
    "xnat:subjectdata/fields/field/field": field,
    URI: `/data/subjects/${ID}`,
  });

  test("L5: come with one list, a row per variable, unescaped once", async () => {
    const connection = fakeConnection(() =>
      listOf([
        subject("S1", "dose", "10"),
        subject("S2", "", ""),
        subject("S1", "Weight", "low &amp; stable"),
        subject("S1", "empty", ""),
      ]),
    );
    expect(plain(await readSubjectVariables(connection, "RATT1"))).toEqual({
      S1: { dose: "10", weight: "low & stable" },
      S2: {},
    });
    expect(connection.lines).toEqual([
      "GET /data/projects/RATT1/subjects?columns=ID,xnat:subjectData/fields/field/name,xnat:subjectData/fields/field/field&format=json",
    ]);
  });

  test("L5: a cross product of names and values is not believed", async () => {
    const connection = fakeConnection((line) =>
      line.includes("/subjects?")
        ? listOf([
            subject("S1", "dose", "10"),
            subject("S1", "dose", "pre"),
            subject("S1", "timepoint", "10"),
            subject("S1", "timepoint", "pre"),
            subject("S2", "dose", "20"),
          ])
        : itemOf(
            "xnat:subjectData",
            { ID: "S1" },
            {
              "fields/field": [
                { name: "dose", field: 10 },
                { name: "timepoint", field: "pre" },
              ],
            },
          ),
    );
    expect(plain(await readSubjectVariables(connection, "RATT1"))).toEqual({
      S1: { dose: "10", timepoint: "pre" },
      S2: { dose: "20" },
    });
    expect(connection.calls.length).toBe(2);
  });

  test("L4: where the columns are dropped each subject is asked", async () => {
    const connection = fakeConnection((line) => {
      if (line.includes("/subjects?"))
        return listOf(["S1", "S2", "S3", "S4", "S5"].map((ID) => ({ ID, label: ID })));
      const id = /subjects\/(S\d)/.exec(line)?.[1] ?? "";
      return itemOf(
        "xnat:subjectData",
        { ID: id },
        { "fields/field": [{ name: "dose", field: id }] },
      );
    });
    expect(plain(await readSubjectVariables(connection, "RATT1"))).toEqual({
      S1: { dose: "S1" },
      S2: { dose: "S2" },
      S3: { dose: "S3" },
      S4: { dose: "S4" },
      S5: { dose: "S5" },
    });
  });

  test("of sessions come by the common type, else by that of MR, else one by one", async () => {
    const name = "xnat:mrsessiondata/fields/field/name";
    const field = "xnat:mrsessiondata/fields/field/field";
    const byMr = fakeConnection((line) =>
      listOf([
        line.includes("xnat:mrSessionData/fields")
          ? { ID: "E1", [name]: "timepoint", [field]: "pre" }
          : { ID: "E1" },
      ]),
    );
    expect(plain(await readSessionVariables(byMr, "RATT1"))).toEqual({ E1: { timepoint: "pre" } });
    expect(byMr.lines[1]).toContain("?project=RATT1&xsiType=xnat:mrSessionData&columns=ID,");
    const oneByOne = fakeConnection((line) =>
      line.includes("experiments?")
        ? listOf([{ ID: "E1" }])
        : itemOf(
            "xnat:mrSessionData",
            { ID: "E1" },
            { "fields/field": [{ name: "timepoint", field: "post" }] },
          ),
    );
    expect(plain(await readSessionVariables(oneByOne, "RATT1"))).toEqual({
      E1: { timepoint: "post" },
    });
    expect(oneByOne.calls.length).toBe(4);
  });

  test("of an empty project are none", async () => {
    const connection = fakeConnection(() => listOf([]));
    expect(plain(await readSubjectVariables(connection, "RATT1"))).toEqual({});
    expect(plain(await readSessionVariables(connection, "RATT1"))).toEqual({});
    expect(connection.calls.length).toBe(2);
  });
});
