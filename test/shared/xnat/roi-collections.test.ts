import { describe, expect, test } from "vitest";
import {
  deleteRoiCollection,
  fetchRoiCollection,
  hasRoiCollection,
  listRoiCollections,
  storeRoiCollection,
} from "#shared/xnat/roi-collections.ts";
import { type FakeAnswer, fakeConnection, itemOf, listOf } from "./fake-connection.ts";

const collection = {
  project: "RATT1",
  sessionId: "XNAT_E1",
  label: "tumour",
  type: "RTSTRUCT",
} as const;
const bytes = Buffer.from("DICM");
const file = { length: bytes.length, open: () => bytes };

describe("ROI collections", () => {
  test("of a session are its assessors of that type, by label", async () => {
    const connection = fakeConnection((line) =>
      line.includes("assessors?")
        ? listOf([
            { ID: "R10", label: "roi10", xsiType: "icr:roiCollectionData" },
            { ID: "Q1", label: "qc", xsiType: "xnat:qcManualAssessorData" },
            { ID: "R2", label: "roi2", xsiType: "icr:roiCollectionData" },
          ])
        : itemOf("icr:roiCollectionData", {
            ID: /R\d+/.exec(line)?.[0],
            label: `roi${/R(\d+)/.exec(line)?.[1]}`,
            collectionType: "SEG",
            UID: "2.25.1",
            name: "Tumour",
            date: "2026-11-20",
          }),
    );
    const found = await listRoiCollections(connection, "XNAT_E1");
    expect(found.map(({ label }) => label)).toEqual(["roi2", "roi10"]);
    expect(found[0]).toEqual({
      id: "R2",
      label: "roi2",
      name: "Tumour",
      sessionId: "XNAT_E1",
      type: "SEG",
      uid: "2.25.1",
      date: "2026-11-20",
    });
    expect(connection.calls.length).toBe(3);
  });

  test("exist or do not; anything else is an error", async () => {
    for (const [text, there] of [
      ["true", true],
      ["false\n", false],
    ] as const) {
      expect(
        await hasRoiCollection(
          fakeConnection(() => ({ text })),
          "RATT1",
          "tumour",
        ),
      ).toBe(there);
    }
    const page = fakeConnection(() => ({ text: "<html>" }));
    await expect(hasRoiCollection(page, "RATT1", "tumour")).rejects.toMatchObject({
      kind: "protocol",
    });
  });

  test("are stored as octets and looked for afterwards", async () => {
    const connection = fakeConnection((line) =>
      line.startsWith("PUT") ? { text: "RoiCollection_abc" } : { text: "true" },
    );
    expect(await storeRoiCollection(connection, collection, file)).toBe("RoiCollection_abc");
    expect(connection.lines).toEqual([
      "PUT /xapi/roi/projects/RATT1/sessions/XNAT_E1/collections/tumour?type=RTSTRUCT",
      "GET /xapi/roi/projects/RATT1/exists/RoiCollection_abc",
    ]);
    expect(connection.calls[0]).toMatchObject({
      repeatable: false,
      body: { contentType: "application/octet-stream", length: 4 },
    });
    await storeRoiCollection(connection, collection, file, { overwrite: true });
    expect(connection.calls[2]).toMatchObject({ repeatable: true, query: { overwrite: "true" } });
  });

  test("that were not stored are told", async () => {
    const connection = fakeConnection((line) =>
      line.startsWith("PUT") ? { text: "RoiCollection_abc" } : { text: "false" },
    );
    await expect(storeRoiCollection(connection, collection, file)).rejects.toMatchObject({
      kind: "not-stored",
    });
  });

  test("422 says whether the label or the images are wrong", async () => {
    const store = (text: string) =>
      storeRoiCollection(
        fakeConnection(() => ({ status: 422, text })),
        collection,
        file,
      );
    await expect(store("Collection tumour already exists")).rejects.toMatchObject({
      kind: "exists",
    });
    await expect(store("Unknown SOP instance UID 1.2.3")).rejects.toMatchObject({
      kind: "validation",
      message: expect.stringContaining("Unknown SOP instance"),
    });
    const other = fakeConnection(() => ({ status: 409, text: "label in another session" }));
    await expect(storeRoiCollection(other, collection, file)).rejects.toMatchObject({
      kind: "conflict",
    });
  });

  test("are fetched whole, converted when asked", async () => {
    const connection = fakeConnection(() => ({ pieces: [Buffer.from("DI"), Buffer.from("CM")] }));
    expect(await fetchRoiCollection(connection, "RATT1", "tumour", "AIM")).toEqual(bytes);
    expect(connection.lines).toEqual(["GET /xapi/roi/projects/RATT1/collections/tumour?type=AIM"]);
    const none = fakeConnection(() => undefined);
    await expect(fetchRoiCollection(none, "RATT1", "tumour")).rejects.toThrow(/no ROI plugin/);
  });

  test("U12: a deletion is looked after", async () => {
    const server = (answers: string[]) =>
      fakeConnection(
        (line): FakeAnswer => ({ text: line.startsWith("GET") ? answers.shift()! : "" }),
      );
    expect(await deleteRoiCollection(server(["true", "false"]), "RATT1", "tumour")).toBe(true);
    const none = server(["false"]);
    expect(await deleteRoiCollection(none, "RATT1", "tumour")).toBe(false);
    expect(none.calls.length).toBe(1);
    await expect(
      deleteRoiCollection(server(["true", "true"]), "RATT1", "tumour"),
    ).rejects.toMatchObject({ kind: "not-stored", rule: "U12" });
  });
});
