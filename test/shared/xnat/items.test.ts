import { describe, expect, test } from "vitest";
import { itemDocument } from "#shared/xnat/items.schema.ts";
import { childrenAt, fieldText, fromRaw, readItem } from "#shared/xnat/items.ts";
import { hasXnatData, listXnatData, readXnatData } from "#test/command-json/xnat-data.ts";
import { fakeConnection, itemOf } from "./fake-connection.ts";

const path = ["data", "experiments", "XNAT_E1"];

describe("items", () => {
  test("L2: values are native; names are found whatever their case", async () => {
    const connection = fakeConnection(() =>
      itemOf("xnat:mrSessionData", {
        ID: "XNAT_E1",
        id: "XNAT_E1",
        "parameters/tr": 2000,
        shared: false,
        note: null,
      }),
    );
    const item = await readItem(connection, path);
    expect(connection.lines).toEqual(["GET /data/experiments/XNAT_E1?format=json"]);
    expect(item.xsiType).toBe("xnat:mrSessionData");
    expect(item.fields.get("parameters/tr")).toBe(2000);
    expect(fieldText(item, "Parameters/TR")).toBe("2000");
    expect(fieldText(item, "shared")).toBe("false");
    expect(fieldText(item, "note")).toBe("");
  });

  test("children are grouped by their place", async () => {
    const connection = fakeConnection(() =>
      itemOf("xnat:subjectData", { ID: "S" }, { "fields/field": [{ name: "dose", field: "10" }] }),
    );
    const item = await readItem(connection, path);
    expect(childrenAt(item, "fields/field").map((field) => fieldText(field, "field"))).toEqual([
      "10",
    ]);
    expect(childrenAt(item, "scans/scan")).toEqual([]);
  });

  test("other documents are errors that quote them", async () => {
    for (const value of [{ items: [] }, { ResultSet: { Result: [] } }, []]) {
      await expect(
        readItem(
          fakeConnection(() => ({ value })),
          path,
        ),
      ).rejects.toMatchObject({
        kind: "protocol",
        excerpt: JSON.stringify(value),
      });
    }
  });

  test.skipIf(!hasXnatData)("recorded items of real servers are read", () => {
    const subject = fromRaw(
      itemDocument.parse(readXnatData("recorded/datman/subject-with-session.json")).items[0]!,
    );
    expect(subject.xsiType).toBe("xnat:subjectData");
    const session = childrenAt(subject, "experiments/experiment")[0]!;
    expect(session.xsiType).toBe("xnat:mrSessionData");
    const scans = childrenAt(session, "scans/scan");
    expect(scans.length).toBe(10);
    for (const scan of scans) expect(fieldText(scan, "id")).not.toBe("");
    for (const file of listXnatData("recorded/ohif-viewer-xnat")) {
      if (!file.includes("assessor-")) continue;
      const collection = fromRaw(itemDocument.parse(readXnatData(file)).items[0]!);
      expect(fieldText(collection, "collectiontype")).toMatch(/^(SEG|RTSTRUCT)$/);
    }
  });
});
