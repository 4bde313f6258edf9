import { describe, expect, test } from "vitest";
import {
  deleteCustomField,
  readCustomFields,
  writeCustomFields,
} from "#shared/xnat/custom-fields.ts";
import { scanPath, subjectPath } from "#shared/xnat/owner-path.ts";
import { bytesOf, fakeConnection } from "./fake-connection.ts";

const owner = subjectPath("RATT1", "M01");

describe("custom fields", () => {
  test("are any JSON by name", async () => {
    const fields = { dose: 10, "b6c0-uuid": { group: "treated" }, list: [1, null, true] };
    const connection = fakeConnection(() => ({ value: fields }));
    expect(await readCustomFields(connection, owner)).toEqual(fields);
    await readCustomFields(connection, scanPath("XNAT_E1", "3"));
    expect(connection.lines).toEqual([
      "GET /xapi/custom-fields/projects/RATT1/subjects/M01/fields",
      "GET /xapi/custom-fields/experiments/XNAT_E1/scans/3/fields",
    ]);
  });

  test("writing merges", async () => {
    const connection = fakeConnection(() => ({ value: { dose: 10, other: 1 } }));
    expect(await writeCustomFields(connection, owner, { dose: 10 })).toEqual({
      dose: 10,
      other: 1,
    });
    expect(connection.calls[0]).toMatchObject({ method: "PUT", repeatable: true });
    expect(await bytesOf(connection.calls[0]?.body)).toBe('{"dose":10}');
  });

  test("deleting one that is not there is fine", async () => {
    const connection = fakeConnection((line) =>
      line.startsWith("DELETE") ? { status: 404 } : { value: { other: 1 } },
    );
    expect(await deleteCustomField(connection, owner, "dose")).toEqual({ other: 1 });
    expect(connection.lines[0]).toMatch(/fields\/dose$/);
  });

  test("a server without them is told from an error", async () => {
    const connection = fakeConnection(() => ({ status: 404 }));
    await expect(readCustomFields(connection, owner)).rejects.toThrow(/XNAT 1\.8\.8 or later/);
  });

  test("anything but an object is refused", async () => {
    const connection = fakeConnection(() => ({ value: ["dose"] }));
    await expect(readCustomFields(connection, owner)).rejects.toMatchObject({ kind: "protocol" });
  });
});
