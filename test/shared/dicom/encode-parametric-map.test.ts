import { describe, expect, test } from "vitest";
import { encodeParametricMap } from "#shared/dicom/encode-parametric-map.ts";
import { hasPydicom } from "#test/shared/nifti/debian-tools.ts";
import { hasDciodvfy, judge, readWithPydicom } from "./dicom-tools.ts";
import { exampleGrid, exampleIdentity, exampleRequest, exampleSamples } from "./example-map.ts";

function encode(change: Partial<typeof exampleRequest> = {}) {
  const file = encodeParametricMap({ ...exampleRequest, ...change });
  if (file === undefined) throw new Error("no file");
  return file;
}

describe.skipIf(!hasDciodvfy)("judged by dciodvfy (Debian package dicom3tools)", () => {
  test.each([
    ["T2", {}],
    ["S0", { quantity: "S0" as const, map: { ...exampleRequest.map, unit: "arbitrary" as const } }],
    ["T2 standard error", { derivation: "standard error" as const }],
  ])("a Parametric Map of %s has neither errors nor warnings", async (_, change) => {
    expect(await judge(encode(change).bytes)).toEqual({ errors: [], warnings: [] });
  });

  test("a source without dates, numbers or sequence still gives an object without errors", async () => {
    const identity = { ...exampleIdentity, template: {}, seriesNumber: undefined };
    const { bytes } = encode({ source: { ...exampleRequest.source, identity } });
    expect((await judge(bytes)).errors).toEqual([]);
  });
});

describe.skipIf(!hasPydicom)("read by pydicom", () => {
  test("the values are those of the map, bit for bit, NaN where there is none", async () => {
    const [object] = await readWithPydicom([encode().bytes]);
    expect(object!.pixels).toEqual(Array.from(exampleSamples, (v) => (Number.isNaN(v) ? null : v)));
  });

  test("each frame is at the position of its slice", async () => {
    const [object] = await readWithPydicom([encode().bytes]);
    type Item = Record<string, { Value: unknown[] }>;
    const frames = object!.json["52009230"]!.Value as Item[];
    const a = exampleGrid.affineLps;
    frames.forEach((frame, k) => {
      const position = (frame["00209113"]!.Value[0] as Item)["00200032"]!.Value as number[];
      [0, 1, 2].forEach((r) => {
        expect(position[r]).toBeCloseTo(a[4 * r + 2]! * k + a[4 * r + 3]!, 10);
      });
    });
    expect(frames).toHaveLength(3);
  });
});

test("a source without a DICOM identity gives no object", () => {
  const identity = { ...exampleIdentity, template: undefined };
  const source = { ...exampleRequest.source, identity };
  expect(encodeParametricMap({ ...exampleRequest, source })).toBeUndefined();
});
