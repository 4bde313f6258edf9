import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { encodeAssessors } from "#shared/phantom/encode-assessors.ts";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import { collectionPlans } from "#shared/phantom/session-collections.ts";
import { hasDciodvfy, judge } from "#test/shared/dicom/dicom-tools.ts";
import { identity } from "./example-drawing.ts";

const files = [...encodeAssessors(sessionPlan(), identity)];
const folder = "SAMPLE/arc001/DM01_MR1/ASSESSORS";

test("each resource is a folder with one file, named after the collection, and the catalog that lists it", () => {
  const expected = collectionPlans().flatMap(({ label, resources }) =>
    resources.flatMap((resource) => [
      `${folder}/${label}/${resource}/${label}.${resource === "AIM" ? "xml" : "dcm"}`,
      `${folder}/${label}/${resource}/${resource}_catalog.xml`,
    ]),
  );
  expect(files.map(({ path }) => path)).toEqual(expected);
  for (let n = 0; n < files.length; n += 2) {
    const [file, catalog] = [files[n]!, files[n + 1]!];
    const [, uri, digest] = /URI="([^"]+)".* digest="(\w+)"/.exec(String(catalog.content))!;
    expect(file.path.endsWith(`/${uri}`)).toBe(true);
    expect(createHash("md5").update(file.content).digest("hex")).toBe(digest);
  }
});

test("labels name kind, date, time and series", () => {
  for (const { label, resources, scan, date, time } of collectionPlans()) {
    const stem = `${resources[0]}_${date}_${time}`;
    expect(label.startsWith(stem) && label.endsWith(`_S${scan}`)).toBe(true);
  }
});

test("the same session gives the same bytes, another one other UIDs", () => {
  expect([...encodeAssessors(sessionPlan(), identity)]).toEqual(files);
  const other = [...encodeAssessors(sessionPlan(), { ...identity, fingerprint: "another test" })];
  other.forEach(({ content }, n) => {
    expect(content).not.toEqual(files[n]!.content);
  });
});

test.skipIf(!hasDciodvfy)("dciodvfy finds no error in the DICOM files", async () => {
  for (const { path, content } of files) {
    if (!path.endsWith(".dcm")) continue;
    const { errors } = await judge(content as Uint8Array);
    expect(errors).toEqual([]);
  }
});
