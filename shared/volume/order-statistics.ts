/**
 * Order statistics of a map without sorting it.
 *
 * The bits of a 32-bit float, read as an integer (all bits flipped for negative numbers, the sign bit for the
 * others), are in the order of the numbers. Two counting passes over 16 bits each therefore find the value of any
 * rank exactly.
 */
export interface OrderedValues {
  /** Number of values. */
  readonly count: number;
  /** Values of the given ranks (0 = smallest), in the order of `ranks`. */
  valuesAt(ranks: readonly number[]): number[];
  /** Percentiles, linear interpolation between neighbouring ranks (numpy's default). */
  percentiles(percents: readonly number[]): number[];
}

const bins = 1 << 16;

/**
 * Prepares the finite samples for which `include` is true.
 *
 * @param samples - any shape
 */
export function orderValues(
  samples: Float32Array,
  include: (index: number) => boolean,
): OrderedValues {
  const values = new Float32Array(samples.length);
  let count = 0;
  for (let index = 0; index < samples.length; index++) {
    const value = samples[index]!;
    if (Number.isFinite(value) && include(index)) values[count++] = value;
  }
  const keys = new Uint32Array(values.buffer, 0, count);
  for (let n = 0; n < count; n++) keys[n] = toKey(keys[n]!);
  const high = new Uint32Array(bins);
  for (let n = 0; n < count; n++) high[keys[n]! >>> 16]!++;

  function valuesAt(ranks: readonly number[]): number[] {
    const found = new Map<number, number>();
    const byBin = Map.groupBy(new Set(ranks), (rank) => findBin(high, rank).bin);
    for (const [bin, wanted] of byBin) {
      const low = new Uint32Array(bins);
      for (let n = 0; n < count; n++) if (keys[n]! >>> 16 === bin) low[keys[n]! & 0xffff]!++;
      for (const rank of wanted) {
        const { before } = findBin(high, rank);
        const key = ((bin << 16) | findBin(low, rank - before).bin) >>> 0;
        found.set(rank, fromKey(key));
      }
    }
    return ranks.map((rank) => found.get(rank) ?? Number.NaN);
  }

  function percentiles(percents: readonly number[]): number[] {
    if (count === 0) return percents.map(() => Number.NaN);
    const places = percents.map((percent) => ((count - 1) * percent) / 100);
    const below = valuesAt(places.map(Math.floor));
    const above = valuesAt(places.map((place) => Math.min(Math.floor(place) + 1, count - 1)));
    return places.map(
      (place, n) => below[n]! + (place - Math.floor(place)) * (above[n]! - below[n]!),
    );
  }

  return { count, valuesAt, percentiles };
}

/** The bin that holds a rank, and the number of values in the bins before it. */
function findBin(histogram: Uint32Array, rank: number): { bin: number; before: number } {
  let before = 0;
  let bin = 0;
  while (bin < bins - 1 && before + histogram[bin]! <= rank) before += histogram[bin++]!;
  return { bin, before };
}

function toKey(bits: number): number {
  return (bits & 0x80000000 ? ~bits : bits | 0x80000000) >>> 0;
}

const scratch = new DataView(new ArrayBuffer(4));

function fromKey(key: number): number {
  scratch.setUint32(0, (key & 0x80000000 ? key & 0x7fffffff : ~key) >>> 0);
  return scratch.getFloat32(0);
}
