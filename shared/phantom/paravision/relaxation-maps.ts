import { type SessionIdentity, sessionUID } from "../describe-session.ts";
import type { ScanPlan } from "../scan-plan.ts";
import type { RawAcquisition, RawSeries } from "./describe-acquisition.ts";
import type { RawStudy } from "./describe-study.ts";
import type { Dialect } from "./dialect.ts";
import { encodeReconstruction, type RawStudyFile } from "./encode-examination.ts";
import { single, structs, text, texts, words } from "./parameter.ts";
import type { RawImages } from "./raw-images.ts";

/** The maps that ParaVision's image sequence analysis makes of an echo train: names and units are its own. */
const elements = [
  { comment: "Signal Intensity", unit: "" },
  { comment: "σ of Signal Intensity", unit: "" },
  { comment: "T2 Relaxation Time", unit: "ms" },
  { comment: "σ of T2 Relaxation Time", unit: "ms" },
  { comment: "Fit χ²", unit: "" },
  { comment: "Fit Valid", unit: "" },
] as const;

/** First echoes below this part of the brightest one count as background. */
const backgroundPart = 0.1;

/** The examination whose images the maps are made of. */
export interface MapSource {
  readonly study: RawStudy;
  readonly identity: SessionIdentity;
  readonly acquisition: RawAcquisition;
  readonly images: RawImages;
  readonly series: RawSeries;
}

/**
 * The second reconstruction of the echo train: T2 maps as ParaVision makes them, single precision, one frame for each
 * map of each slice.
 *
 * @param values - signals, shape [contrasts, nz, ny, nx]
 */
export function encodeRelaxationMaps(
  plan: ScanPlan,
  values: Uint16Array,
  { study, identity, acquisition, images, series }: MapSource,
  dialect: Dialect,
): readonly RawStudyFile[] {
  const [nx, ny, nz] = plan.grid.shape;
  const maps = fitDecays(plan, values);
  const frames = elements.length * nz;
  const uid = sessionUID(identity, `raw maps of scan ${plan.number}`);
  const own: RawSeries = { processing: 2, uid, typeId: "DERIVED_ISA", comment: series.comment };
  return encodeReconstruction(
    study,
    // The map is not of one echo: ParaVision writes the first one's time.
    { ...acquisition, echoTimesMs: acquisition.echoTimesMs.slice(0, 1) },
    own,
    {
      ...images,
      wordType: "float32",
      frames,
      groups: [
        {
          count: elements.length,
          id: "FG_ISA",
          comment: "Parameters",
          dependents: ["VisuFGElemComment", "VisuCoreDataUnits"],
        },
        images.groups.find(({ id }) => id === "FG_SLICE")!,
      ],
      slopes: Array.from({ length: frames }, () => 1),
      offsets: Array.from({ length: frames }, () => 0),
      more: {
        ...images.more,
        VisuCoreFrameType: words(["REAL_IMAGE"]),
        VisuCoreDataUnits: texts(elements.map(({ unit }) => unit)),
        VisuFGElemComment: texts(elements.map(({ comment }) => comment)),
        VisuSeriesComment: text("Parameter maps T2 relaxation", 65),
        VisuSeriesUid: text(series.uid, 65),
        VisuSeriesCreationId: single("VCMN_ACQUISITION"),
        VisuSeriesReferences: structs([
          ["", "", acquisition.examination, 1, series.uid, series.typeId, ""],
        ]),
      },
      stored: (frame, x, y) => {
        const slice = Math.floor(frame / elements.length);
        return maps[frame % elements.length]![(slice * ny + y) * nx + x]!;
      },
    },
    dialect,
  );
}

/** One map for each element, shape [nz, ny, nx]; zeros in the background, where nothing is fitted. */
function fitDecays({ contrasts, grid }: ScanPlan, values: Uint16Array): readonly Float32Array[] {
  const count = grid.shape[0] * grid.shape[1] * grid.shape[2];
  const maps = elements.map(() => new Float32Array(count));
  const times = contrasts.map(({ echoTimeMs }) => echoTimeMs);
  let brightest = 0;
  for (let voxel = 0; voxel < count; voxel++) brightest = Math.max(brightest, values[voxel]!);
  for (let voxel = 0; voxel < count; voxel++) {
    if (values[voxel]! < brightest * backgroundPart) continue;
    const signals = times.map((_, n) => values[n * count + voxel]!);
    const found = fitDecay(times, signals);
    for (const [n, value] of found.entries()) maps[n]![voxel] = value;
  }
  return maps;
}

/**
 * S0, its SD, T2, its SD, chi² and validity of one voxel: a straight line through the logarithms, weighted by S² as noise
 * that is the same at all echoes asks for.
 */
function fitDecay(times: readonly number[], signals: readonly number[]): readonly number[] {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0];
  for (const [n, time] of times.entries()) {
    const signal = Math.max(1, signals[n]!);
    const weight = signal * signal;
    const logarithm = Math.log(signal);
    w += weight;
    wx += weight * time;
    wy += weight * logarithm;
    wxx += weight * time * time;
    wxy += weight * time * logarithm;
  }
  const determinant = w * wxx - wx * wx;
  const rate = -(w * wxy - wx * wy) / determinant;
  if (!(rate > 0)) return [0, 0, 0, 0, 0, 0];
  const amplitude = Math.exp((wy + rate * wx) / w);
  const squares = times.reduce(
    (sum, time, n) => sum + (signals[n]! - amplitude * Math.exp(-rate * time)) ** 2,
    0,
  );
  const variance = squares / (times.length - 2);
  const amplitudeSd = amplitude * Math.sqrt((variance * wxx) / determinant);
  const timeSd = Math.sqrt((variance * w) / determinant) / (rate * rate);
  return [amplitude, amplitudeSd, 1 / rate, timeSd, squares, 1];
}
