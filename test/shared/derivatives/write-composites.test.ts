import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { listCompositeFiles, writeComposites } from "#shared/derivatives/write-composites.ts";
import { exampleFit, type MemoryContext, memoryContext, textOf } from "./example-fit.ts";
import { exampleTensorFit } from "./example-tensor-fit.ts";

const work = exampleTensorFit();
const stem = "maps/sub-M1_ses-S1_run-6";
let context: MemoryContext;
beforeAll(async () => {
  context = memoryContext();
  await writeComposites(work, context, { Model: "diffusion-tensor" });
});

const header = (name: string) => gunzipSync(context.written.get(`${stem}_${name}.nii.gz`)!);
const sidecar = (name: string) => JSON.parse(textOf(context, `${stem}_${name}.json`));

test("a vector, a tensor and the colours they give, each beside its sidecar", () => {
  const names = ["V1", "tensor", "colFA"];
  expect([...context.written.keys()].sort()).toEqual(
    names.flatMap((name) => [`${stem}_${name}.nii.gz`, `${stem}_${name}.json`]).sort(),
  );
  expect(listCompositeFiles(work).map(({ name, path }) => [name, path])).toEqual(
    names.map((name) => [name, `${stem}_${name}.nii.gz`]),
  );
});

test.each([
  ["V1", 4, 3, 16],
  ["tensor", 4, 6, 16],
  ["colFA", 3, 1, 128],
])("%s has %d axes, %d volumes, type %d", (name, axes, volumes, datatype) => {
  const bytes = header(name);
  expect([40, 42, 44, 46, 48].map((at) => bytes.readInt16LE(at))).toEqual([
    ...[axes, 5, 4, 3],
    volumes,
  ]);
  expect(bytes.readInt16LE(70)).toBe(datatype);
});

describe("the sidecar", () => {
  test("of a tensor says the order of its elements and their frame", () => {
    expect(sidecar("tensor")).toMatchObject({
      Units: "mm2/s",
      ComponentOrder: ["Dxx", "Dxy", "Dxz", "Dyy", "Dyz", "Dzz"],
      OrientationEncoding: { Type: "tensor", TensorRank: 2, Reference: "bvec", EncodingAxis: 3 },
      Model: "diffusion-tensor",
    });
  });

  test("of a vector says that its sign means nothing", () => {
    expect(sidecar("V1")).toMatchObject({
      Units: "1",
      ComponentOrder: ["V1x", "V1y", "V1z"],
      OrientationEncoding: { Type: "unit3vector", Reference: "bvec", AntipodalSymmetry: true },
    });
  });

  test("of colours says what they mean, and has no unit", () => {
    expect(sidecar("colFA")).toMatchObject({
      ComponentOrder: ["red: left-right", "green: anterior-posterior", "blue: head-feet"],
      OrientationEncoding: { Type: "dec" },
    });
    expect(sidecar("colFA")).not.toHaveProperty("Units");
  });
});

test("a model of one time constant has none of these", async () => {
  const empty = memoryContext();
  await writeComposites(await exampleFit(), empty, {});
  expect(empty.written.size).toBe(0);
});
