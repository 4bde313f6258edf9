import type { Vector3 } from "#shared/volume/grid.ts";
import type { SeriesVolume, StoredArray } from "#shared/volume/series-volume.ts";

export interface Simulation {
  readonly shape?: Vector3;
  readonly images?: number;
  readonly sigma?: number;
  /** Signal of an image in a voxel; zero is background. */
  readonly signal: (i: number, j: number, k: number, image: number) => number;
  /** Coils combined by sum of squares. */
  readonly channels?: number;
  /** Noise from here on in units of sigma, for noise that is not the same everywhere. */
  readonly level?: (i: number, j: number) => number;
  readonly stored?: new (length: number) => StoredArray;
  readonly seed?: number;
}

/** A magnitude series with Rician noise; the same seed gives the same numbers. */
export function simulateSeries(simulation: Simulation): SeriesVolume {
  const { shape = [96, 80, 2], images = 10, sigma = 10, signal, channels = 1 } = simulation;
  const [nx, ny, nz] = shape;
  const stored = new (simulation.stored ?? Float32Array)(nx * ny * nz * images);
  const whole = !(stored instanceof Float32Array || stored instanceof Float64Array);
  const normal = normalNumbers(simulation.seed ?? 1);
  let at = 0;
  for (let n = 0; n < images; n++) {
    for (let k = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++) {
        for (let i = 0; i < nx; i++) {
          const noise = sigma * (simulation.level?.(i, j) ?? 1);
          const share = signal(i, j, k, n) / Math.sqrt(channels);
          let power = 0;
          for (let c = 0; c < channels; c++) {
            power += (share + noise * normal()) ** 2 + (noise * normal()) ** 2;
          }
          stored[at++] = whole ? Math.round(Math.sqrt(power)) : Math.sqrt(power);
        }
      }
    }
  }
  return seriesOf(stored, shape, images);
}

/** A series without geometry, identity or scaling around some stored values. */
export function seriesOf(stored: StoredArray, shape: Vector3, images: number): SeriesVolume {
  const frames = images * shape[2];
  return {
    grid: { shape, affineLps: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], origin: "dicom" },
    axis: {
      keyword: "EchoTime",
      values: Array.from({ length: images }, (_, n) => 11 * (n + 1)),
      unit: "ms",
      source: "simulation",
    },
    stored,
    slope: new Float64Array(frames).fill(1),
    intercept: new Float64Array(frames),
    padding: undefined,
    acquisition: [],
    identity: {
      kind: "nifti",
      modality: "MR",
      studyInstanceUID: "",
      seriesInstanceUID: "",
      frameOfReferenceUID: "",
      seriesNumber: undefined,
      seriesDescription: "",
      patientID: "",
      studyID: "",
      files: [],
      sliceSources: [],
      template: undefined,
    },
    warnings: [],
  };
}

/** True inside an ellipse in the middle of the slice that covers `part` of it. */
export function ellipse(shape: Vector3, part: number): (i: number, j: number) => boolean {
  const [rx, ry] = [shape[0], shape[1]].map((n) => n * Math.sqrt(part / Math.PI)) as [
    number,
    number,
  ];
  return (i, j) => ((i + 0.5 - shape[0] / 2) / rx) ** 2 + ((j + 0.5 - shape[1] / 2) / ry) ** 2 < 1;
}

/** Mulberry32 and Box-Muller. */
function normalNumbers(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
