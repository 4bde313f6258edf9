import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { encodeFile } from "#shared/dicom/encode-file.ts";
import { enhanceSeries } from "#shared/paravision/enhanced-series.ts";
import { rawScan, seriesPlan } from "./enhanced-example.ts";

const hasDciodvfy = spawnSync("dciodvfy", [], { stdio: "ignore" }).error === undefined;

/** A 3D scan of five partitions, twice as many phase-encoding steps along the slab as partitions are kept. */
const scan = rawScan({ VisuAcqSize: [4, 3, 10], VisuAcqEchoSequenceType: ["GradientEcho"] });
const partitions = [0, 1, 2, 3, 4].map((partition) => ({
  ImagePositionPatient: [-5, -4, partition],
  EchoTime: 3,
}));
const plan = seriesPlan(partitions, { MRAcquisitionType: "3D", ScanningSequence: ["GR"] });
const file = enhanceSeries(scan, plan)[0]!;

test("a 3D scan says its steps of phase encoding in the plane and along the slab", () => {
  const shared = file.values.SharedFunctionalGroupsSequence as readonly AttributeValues[];
  const geometry = shared[0]!.MRFOVGeometrySequence as readonly AttributeValues[];
  expect(geometry[0]).toMatchObject({
    MRAcquisitionPhaseEncodingStepsInPlane: 3,
    MRAcquisitionPhaseEncodingStepsOutOfPlane: 10,
  });
});

test.skipIf(!hasDciodvfy)("dciodvfy misses nothing of a 3D scan but the absorption rate", () => {
  const path = join(mkdtempSync(join(tmpdir(), "enhanced-")), "a.dcm");
  writeFileSync(path, encodeFile(file.values, new Uint8Array(file.pixelBytes)));
  const { stderr } = spawnSync("dciodvfy", [path], { encoding: "utf8" });
  const errors = stderr.split("\n").filter((line) => line.startsWith("Error"));
  expect(errors.filter((line) => !line.includes("<SpecificAbsorptionRateSequence>"))).toEqual([]);
});
