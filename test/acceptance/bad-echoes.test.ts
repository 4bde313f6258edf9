import { gzipSync } from "node:zlib";
import { test } from "vitest";
import { type Case, input } from "./bad-images.ts";
import { expectRefusal, launchOn } from "./launch.ts";
import { niftiFiles, scanFiles } from "./small-scan.ts";

// What only process-t2 refuses: echo times that are missing, equal or wrong; and NIfTI files, which all programs read alike.

const cases: Readonly<Record<string, Case>> = {
  "one echo": input("E-TE-CONSTANT", /All 3 images have TE 10 ms/, () =>
    scanFiles({ echoTimesMs: [10] }),
  ),
  "one echo measured at several repetition times": input(
    "E-TE-CONSTANT",
    /RepetitionTime \(3 values\)\. Did you mean process-t1/,
    () =>
      scanFiles({
        echoTimesMs: [10, 10, 10],
        changes: (_, e) => ({ "00180080": ["DS", String(500 * (e + 1))] }),
      }),
  ),
  "EchoTime missing in all images": input("E-MISSING-TE", /EchoTime.*24 of 24 images.*--te/, () =>
    scanFiles({ changes: () => ({ "00180081": undefined }) }),
  ),
  "EchoTime missing in one image": input(
    "E-MISSING-TE",
    /1 of 24 images \(first: IM\S+_1_2\.dcm\)/,
    () => scanFiles({ changes: (k, e) => (k === 1 && e === 2 ? { "00180081": undefined } : {}) }),
  ),
  "an empty EchoTime": input("E-MISSING-TE", /1 of 24 images/, () =>
    scanFiles({ changes: (k, e) => (k === 1 && e === 2 ? { "00180081": ["DS", ""] } : {}) }),
  ),
  "NIfTI without sidecar": input("E-MISSING-TE", /echoes\.json, or give --te/, () => {
    const { "echoes.nii": image } = niftiFiles();
    return { "echoes.nii": image! };
  }),
  "NIfTI cut short": input("E-TRUNCATED", /echoes\.nii/, () => {
    const files = niftiFiles();
    return { ...files, "echoes.nii": files["echoes.nii"]!.subarray(0, 5000) };
  }),
  "NIfTI cut in its header": input("E-NOT-NIFTI", /echoes\.nii/, () => {
    const files = niftiFiles();
    return { ...files, "echoes.nii": files["echoes.nii"]!.subarray(0, 100) };
  }),
  "a compressed NIfTI whose gzip is broken": input("E-GZIP", /echoes\.nii\.gz/, () => {
    const { "echoes.nii": image, "echoes.json": sidecar } = niftiFiles();
    const packed = gzipSync(image!);
    packed.fill(0xaa, 2000, 2400);
    return { "echoes.nii.gz": packed, "echoes.json": sidecar! };
  }),
  "a compressed NIfTI cut short": input("E-TRUNCATED|E-GZIP", /echoes\.nii\.gz/, () => {
    const { "echoes.nii": image, "echoes.json": sidecar } = niftiFiles();
    return { "echoes.nii.gz": gzipSync(image!).subarray(0, 2000), "echoes.json": sidecar! };
  }),
  "a NIfTI header that claims a terabyte": input(
    "E-NIFTI-SIZE|E-TOO-LARGE|E-TRUNCATED",
    /echoes\.nii/,
    () => {
      const files = niftiFiles();
      const bytes = Buffer.from(files["echoes.nii"]!);
      for (const axis of [1, 2, 3]) bytes.writeInt16LE(32_000, 40 + 2 * axis);
      return { ...files, "echoes.nii": bytes };
    },
  ),
  "a NIfTI header with negative sizes": input("E-NIFTI-HEADER", /echoes\.nii/, () => {
    const files = niftiFiles();
    const bytes = Buffer.from(files["echoes.nii"]!);
    bytes.writeInt16LE(-3, 42);
    return { ...files, "echoes.nii": bytes };
  }),
  "a NIfTI of NaN": input(
    "E-NO-SIGNAL",
    /No voxel is left/,
    () => niftiFiles(undefined, () => Number.NaN),
    "--te",
    "10,20,30,40",
  ),
  "echo times in milliseconds where seconds belong": input("E-SIDECAR-UNIT", /seconds/, () =>
    niftiFiles({ EchoTime: [10, 20, 30, 40] }),
  ),
  "a sidecar that is no JSON": input("E-SIDECAR", /echoes\.json/, () => ({
    ...niftiFiles(),
    "echoes.json": Buffer.from("{EchoTime: 0.01"),
  })),
  "a sidecar with another number of echo times": input(
    "E-TE-COUNT",
    /4 volumes, but 3 echo times/,
    () => niftiFiles({ EchoTime: [0.01, 0.02, 0.03] }),
  ),
};

test.concurrent.each(Object.entries(cases))(
  "%s: refused",
  async (_, { files, options = [], ...refusal }) => {
    expectRefusal(await launchOn("process-t2", files(), ...options), refusal);
  },
);
