/** What bounds the cases of a fuzz test. */
export interface FuzzBounds {
  readonly cases: number;
  readonly firstSeed: number;
  /** Longest time of the processor one case may take, ms. */
  readonly longestCaseMs: number;
  /** Most memory of the process, bytes, looked at every `memoryEvery` cases. */
  readonly memoryLimit: number;
  readonly memoryEvery: number;
}

/**
 * Runs one case per seed and counts how they end.
 *
 * @throws Error with the seed when a case throws, takes too long, or the process too much memory
 */
export async function countOutcomes(
  { cases, firstSeed, longestCaseMs, memoryLimit, memoryEvery }: FuzzBounds,
  runCase: (seed: number) => string | Promise<string>,
): Promise<ReadonlyMap<string, number>> {
  const outcomes = new Map<string, number>();
  for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
    const start = process.cpuUsage();
    const outcome = await runCase(seed);
    // Time of the processor, so that a busy machine does not look like a slow reader.
    const { user, system } = process.cpuUsage(start);
    const time = (user + system) / 1000;
    if (time > longestCaseMs) throw new Error(`seed ${seed} took ${Math.round(time)} ms`);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (seed % memoryEvery === 0 && process.memoryUsage.rss() > memoryLimit) {
      throw new Error(`seed ${seed}: ${process.memoryUsage.rss()} bytes of memory`);
    }
  }
  if (process.env["FUZZ_TALLY"] !== undefined) console.log(outcomes, process.memoryUsage.rss());
  return outcomes;
}
