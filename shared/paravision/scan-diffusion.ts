import {
  type DiffusionExperiments,
  isContradiction,
  readDiffusionExperiments,
} from "./diffusion-experiments.ts";
import { fileOf } from "./first-value.ts";
import type { FrameGroup } from "./frame-groups.ts";
import { indexInGroup } from "./group-index.ts";
import { numbersOf } from "./jcamp.ts";
import { elementGroup } from "./map-unit.ts";
import type { RawScan } from "./raw-scan.ts";
import { slicesOf } from "./slice-packages.ts";

/** The diffusion weighting of a scan's frames. */
export interface ScanDiffusion {
  /** The group that runs over the experiments; undefined when there is only one. */
  readonly group: FrameGroup | undefined;
  /** Of each slice package, or of all. */
  readonly packages: readonly DiffusionExperiments[];
}

const known = new WeakMap<RawScan, ScanDiffusion | undefined>();

/** The diffusion weighting of a scan; undefined for others, and for maps computed of one. */
export function diffusionOf(scan: RawScan): ScanDiffusion | undefined {
  if (!known.has(scan)) known.set(scan, readDiffusion(scan));
  return known.get(scan);
}

function readDiffusion(scan: RawScan): ScanDiffusion | undefined {
  const { visu, method, findings } = scan;
  if (elementGroup(visu) !== undefined) return undefined;
  const group = findGroup(scan);
  const count = group?.count ?? 1;
  const { packages } = slicesOf(visu);
  const several = (numbersOf(method, "PVM_SPackArrGradOrient")?.length ?? 0) > 9;
  const read = (file: typeof method) =>
    several && file !== undefined
      ? packages.map((_, n) => readDiffusionExperiments(file, visu.file, n))
      : [readDiffusionExperiments(file, visu.file)];
  const remarks: string[] = [];
  // The images are what visu_pars describes: where method disagrees, they are another scan's, or the method is edited.
  for (const file of [method, undefined]) {
    const found = read(file);
    const wrong = found.find(isContradiction)?.contradiction;
    const experiments = found.flatMap((one) =>
      one === undefined || isContradiction(one) ? [] : [one],
    );
    if (wrong === undefined && experiments.length === 0) continue;
    const other = experiments.find(({ bValues }) => bValues.length !== count)?.bValues.length;
    const repeats = wrong === undefined ? countRepeats(scan, group, experiments) : undefined;
    if (wrong === undefined && (other === undefined || repeats !== undefined)) {
      const [{ source, directionSource } = { source: "", directionSource: "" }] = experiments;
      for (const [keyword, name] of [
        ["DiffusionBValue", source],
        ["DiffusionGradientOrientation", directionSource],
      ] as const) {
        findings.source(keyword, `${name} of ${fileOf(scan, name)?.path}`);
      }
      remarkAll(scan, remarks);
      if (repeats !== undefined) {
        findings.remark(
          "diffusion-repeated",
          `${count} images of each slice, ${other} diffusion experiments: they were taken to follow each other ${repeats} times.`,
        );
      }
      return { group, packages: experiments };
    }
    remarks.push(wrong ?? `${other} diffusion experiments, ${count} images of each slice`);
  }
  // One image and a list of b-values: a reconstruction of something else.
  if (group !== undefined) remarkAll(scan, remarks);
  return undefined;
}

/**
 * ParaVision 5 has one group for experiments and repetitions together: all experiments, then all of them again. How often they
 * follow each other; undefined where there is one image of each, or where anything speaks against it.
 */
function countRepeats(
  { visu, method }: RawScan,
  group: FrameGroup | undefined,
  packages: readonly DiffusionExperiments[],
): number | undefined {
  const experiments = numbersOf(method, "PVM_DwNDiffExp")?.[0] ?? 0;
  const repeats = (group?.count ?? 0) / experiments;
  if (group?.id !== "FG_MOVIE" || !Number.isInteger(repeats) || repeats < 2) return undefined;
  if (packages.some(({ bValues }) => bValues.length !== experiments)) return undefined;
  const stated = numbersOf(method, "PVM_NRepetitions")?.[0];
  if (stated !== undefined && stated !== repeats) return undefined;
  const matrices = numbersOf(visu.file, "VisuAcqDiffusionBMatrix");
  if (matrices !== undefined && matrices.length !== 9 * experiments) return undefined;
  return repeats;
}

function remarkAll({ findings }: RawScan, remarks: readonly string[]): void {
  for (const text of new Set(remarks)) findings.remark("diffusion-count-mismatch", `${text}.`);
}

/**
 * The group of the diffusion experiments: FG_DIFFUSION, or in ParaVision 5 FG_MOVIE, whose comment says so or whose method has
 * diffusion experiments.
 */
function findGroup({ visu, method }: RawScan): FrameGroup | undefined {
  const named = visu.groups.find(({ id }) => id === "FG_DIFFUSION");
  if (named !== undefined) return named;
  const weighted = (numbersOf(method, "PVM_DwNDiffExp")?.[0] ?? 0) > 1;
  return visu.groups.find(
    ({ id, comment }) => id === "FG_MOVIE" && (/diffusion/i.test(comment) || weighted),
  );
}

/** The weighting of one frame. */
export interface FrameWeighting {
  /** s/mm² */
  readonly bValue: number;
  readonly nominalBValue: number | undefined;
  /** Unit vector in patient coordinates. */
  readonly direction: readonly number[] | undefined;
  /** xx, yy, zz, xy, xz, yz in patient coordinates, s/mm². */
  readonly bMatrix: readonly number[] | undefined;
}

/** The diffusion weighting of a frame; undefined when the scan has none. */
export function weightingOf(scan: RawScan, frame: number): FrameWeighting | undefined {
  const diffusion = diffusionOf(scan);
  if (diffusion === undefined) return undefined;
  const { group, packages } = diffusion;
  const own = packages.length === 1 ? packages[0]! : packages[packageIndex(scan, frame)]!;
  const image = group === undefined ? 0 : indexInGroup(scan.visu.groups, group, frame);
  // Experiments that are repeated follow each other as a whole.
  const experiment = image % own.bValues.length;
  return {
    bValue: own.bValues[experiment]!,
    nominalBValue: own.nominalBValues?.[experiment],
    direction: own.directions[experiment],
    bMatrix: own.bMatrices?.[experiment],
  };
}

function packageIndex({ visu }: RawScan, frame: number): number {
  const { packages, of } = slicesOf(visu);
  const slice = of(frame);
  return Math.max(
    0,
    packages.findIndex(({ first, count }) => slice < first + count),
  );
}
