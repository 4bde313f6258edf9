import { createHash } from "node:crypto";
import type { FitToWrite } from "#shared/derivatives/fit-to-write.ts";
import { inspectSignal } from "#shared/derivatives/inspect-signal.ts";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import { fitVolume } from "#shared/fit/fit-volume.ts";
import { buildSignalModel, type SignalModelChoice } from "#shared/models/model-choice.ts";
import { openPool } from "#shared/parallel/pool.ts";
import type { WrittenFile } from "#shared/program/outputs.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { scaleImage } from "#shared/volume/ndarray-view.ts";
import { type SeriesVolume, signalSource } from "#shared/volume/series-volume.ts";
import { simulateSeries } from "#test/shared/volume/simulated-series.ts";

/** A T2 scan of 8 x 6 x 2 voxels: T2 rises along i, columns 0 and 1 are noise, row 5 is constant. */
export function exampleSeries(): SeriesVolume {
  const series = simulateSeries({
    shape: [8, 6, 2],
    ...{ images: 8, sigma: 2, stored: Float32Array },
    signal: (i, _, __, n) => (i < 2 ? 0 : 1000 * Math.exp((-11 * (n + 1)) / (10 * i))),
  });
  const shared = new Float32Array(new SharedArrayBuffer(4 * series.stored.length));
  shared.set(series.stored);
  for (let n = 0; n < 8; n++) {
    for (let k = 0; k < 2; k++) shared.fill(500, (n * 2 + k) * 48 + 40, (n * 2 + k + 1) * 48);
  }
  const identity = { ...series.identity, seriesNumber: 7, patientID: "M1", studyID: "S1" };
  return { ...series, stored: shared, identity };
}

/** Its fit with everything the writers want to know; `model` is the plain decay unless another is given. */
export async function exampleFit(
  model: SignalModelChoice = { name: "mono-exponential-decay", noise: { kind: "gaussian" } },
): Promise<FitToWrite> {
  const series = exampleSeries();
  // Slice 1 has a hole in its mask.
  const mask = new Uint8Array(new SharedArrayBuffer(96)).fill(1);
  mask.fill(0, 48, 56);
  const contrasts = series.axis.values.map((_, index) => index);
  const abscissae = [...series.axis.values];
  const request = { model, abscissae, sigma: 2, noiseThreshold: 10, solver: "own" } as const;
  const source = signalSource(series);
  const fit = await fitVolume({ ...request, source, contrasts, mask }, openPool(1, ""));
  return {
    title: "T2 map",
    ...{ series, contrasts, abscissae, fit },
    labels: { project: "P", subject: "M1", session: "S1", scan: "7" },
    sheet: buildSignalModel(model, Float64Array.from(abscissae)).sheet,
    variant: "2-parameter",
    modelReason: "chosen by the test",
    fixed: {},
    fitCurve: (signals) => fitCurve(request, signals),
    mask: { samples: mask, source: "drawn by the test" },
    noise: { sigma: 2, source: "known to the test" },
    inspection: inspectSignal(series, contrasts, mask),
    image: scaleImage(series, 0),
    policy: { outside: "nan", flagged: "value" },
    dicom: "none",
    legacyOutputs: false,
    options: { input: "/in", model: "auto", "max-t2": 300 },
    warnings: [],
  };
}

/** A context that keeps files and log lines in memory. */
export interface MemoryContext extends ProgramContext {
  readonly written: ReadonlyMap<string, Uint8Array>;
  readonly said: readonly string[];
}

export function memoryContext(): MemoryContext {
  const written = new Map<string, Uint8Array>();
  const files: WrittenFile[] = [];
  const said: string[] = [];
  const write = async (path: string, content: Uint8Array | string): Promise<void> => {
    if (written.has(path)) throw new Error(`${path} written twice`);
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    written.set(path, bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    files.push({ path, size: bytes.length, sha256 });
  };
  const say = (_: object, message: string) => said.push(message);
  return {
    ...{ written, said },
    program: { name: "fit", label: "Fit", version: "1.2.3", commit: "abc", image: undefined },
    given: new Set(["max-t2"]),
    log: { info: say, warn: say, error: say },
    pool: openPool(1, ""),
    output: {
      ...{ folder: "memory", files, write },
      ...{ commit: () => {}, discard: () => {}, abandon: async () => {} },
    },
    startedAt: new Date(0),
    print: () => {},
    progress: () => () => {},
  };
}

/** The text of a file that was written. */
export function textOf({ written }: MemoryContext, path: string): string {
  const bytes = written.get(path);
  if (bytes === undefined) throw new Error(`no ${path} among ${[...written.keys()].join(", ")}`);
  return Buffer.from(bytes).toString("utf8");
}

/** Samples of an uncompressed float32 NIfTI file in file order. */
export function niftiSamples(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getInt16(70, true) !== 16) throw new Error("not float32");
  const start = view.getFloat32(108, true);
  const count = (bytes.byteLength - start) / 4;
  return Float32Array.from({ length: count }, (_, v) => view.getFloat32(start + 4 * v, true));
}
