/** A distance between neighbouring planes may differ by this part from the usual one. */
const evenWithin = 0.01;

/** A gap this close to a multiple of the usual distance, in units of it, lacks whole planes. */
const multipleWithin = 0.05;

/** How planes follow each other. */
export interface SliceSteps {
  /** The usual distance between neighbours, mm; undefined for a single plane. */
  readonly usual: number | undefined;
  /** True when all distances are the usual one, within 1 %. */
  readonly even: boolean;
  /** Distances that are not the usual one, ascending by place. */
  readonly gaps: readonly SliceGap[];
}

/** Two neighbouring planes farther apart, or nearer, than the others. */
export interface SliceGap {
  /** Plane below the gap, 0 first. */
  readonly after: number;
  /** Distance between the two, mm. */
  readonly distance: number;
  /** Planes that lack there; 0 where the distance is no multiple of the usual one. */
  readonly missing: number;
}

/**
 * The distances between planes: the usual one is the smallest when all others are multiples of it, else their median.
 *
 * @param locations - of the planes along their normal, mm, ascending
 */
export function findSliceGaps(locations: readonly number[]): SliceSteps {
  const steps = locations.slice(1).map((location, i) => location - locations[i]!);
  if (steps.length === 0) return { usual: undefined, even: true, gaps: [] };
  const sorted = [...steps].sort((a, b) => a - b);
  const median = sorted[(sorted.length - 1) >> 1]!;
  const isMultiple = (step: number, of: number) =>
    Math.abs(step / of - Math.round(step / of)) <= multipleWithin;
  // Of jittering distances the smallest is not the usual one.
  const smallest = sorted[0]!;
  const usual =
    median > 1.5 * smallest && steps.every((step) => isMultiple(step, smallest))
      ? smallest
      : median;
  const gaps = steps.flatMap((distance, after): readonly SliceGap[] => {
    if (Math.abs(distance - usual) <= evenWithin * usual) return [];
    const times = Math.round(distance / usual);
    const missing = times > 1 && isMultiple(distance, usual) ? times - 1 : 0;
    return [{ after, distance, missing }];
  });
  return { usual, even: gaps.length === 0, gaps };
}

/** `Slices 3 and 4 of 6 are missing: 3 mm lie between neighbours where 1 mm is usual.`: the gaps in words; empty for none. */
export function describeGaps({ usual, gaps }: SliceSteps, planes: number): string {
  if (usual === undefined || gaps.length === 0) return "";
  const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0);
  const irregular = gaps.filter((gap) => gap.missing === 0);
  const largest = Math.max(...gaps.map(({ distance }) => distance));
  const parts: string[] = [];
  if (missing > 0) {
    let before = 0;
    const runs = gaps.flatMap((gap) => {
      if (gap.missing === 0) return [];
      const first = gap.after + 2 + before;
      before += gap.missing;
      return [describeRun(first, first + gap.missing - 1)];
    });
    const list = runs.length > 6 ? `${runs.slice(0, 6).join(", ")} and more` : joinWords(runs);
    const verb = missing === 1 ? "Slice" : "Slices";
    parts.push(
      `${verb} ${list} of ${planes + missing} ${missing === 1 ? "is" : "are"} missing: ${mm(largest)} lie between neighbours where ${mm(usual)} is usual`,
    );
  }
  if (irregular.length > 0) {
    const { after, distance } = irregular[0]!;
    const found = `slices ${after + 1} and ${after + 2} of ${planes} are ${mm(distance)} apart, where ${mm(usual)} is usual`;
    parts.push(parts.length === 0 ? `The s${found.slice(1)}` : found);
  }
  return `${parts.join("; ")}.`;
}

function describeRun(first: number, last: number): string {
  if (first === last) return String(first);
  return last === first + 1 ? `${first} and ${last}` : `${first} to ${last}`;
}

function joinWords(words: readonly string[]): string {
  return words.join(", ");
}

function mm(value: number): string {
  return `${Number(value.toFixed(3))} mm`;
}
