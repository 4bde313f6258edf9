/** What a piece of work takes of this machine. */
export interface Need {
  readonly jobs: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
}

/** Keeps the work of a run within the machine it has. */
export interface Limits {
  readonly most: Need;
  /**
   * Waits in line until there is room, then calls `work`. What needs more than there is at all gets everything there is, and so
   * runs alone.
   */
  within<T>(need: Need, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

const kinds = ["jobs", "memoryMiB", "diskMiB"] as const;

interface Waiting {
  readonly need: Need;
  readonly start: () => void;
}

/** Opens the limits of a run. Each kind of need has its own line, so that who waits for a job does not hold up who wants disk. */
export function openLimits(most: Need): Limits {
  const free = { ...most };
  const line: Waiting[] = [];
  const fits = (need: Need) => kinds.every((kind) => need[kind] <= free[kind]);
  const take = (need: Need, sign: 1 | -1) => {
    for (const kind of kinds) free[kind] -= sign * need[kind];
  };
  const advance = () => {
    // First come, first served, among those who want the same kind: a large piece of work is not overtaken for ever.
    const blocked = new Set<string>();
    for (const waiting of [...line]) {
      const wanted = kinds.filter((kind) => waiting.need[kind] > 0);
      if (!wanted.some((kind) => blocked.has(kind)) && fits(waiting.need)) {
        line.splice(line.indexOf(waiting), 1);
        take(waiting.need, 1);
        waiting.start();
      } else for (const kind of wanted) blocked.add(kind);
    }
  };
  return {
    most,
    within: async (asked, signal, work) => {
      const need = {
        jobs: Math.min(asked.jobs, most.jobs),
        memoryMiB: Math.min(asked.memoryMiB, most.memoryMiB),
        diskMiB: Math.min(asked.diskMiB, most.diskMiB),
      };
      await new Promise<void>((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const waiting = {
          need,
          start: () => {
            signal.removeEventListener("abort", leave);
            resolve();
          },
        };
        const leave = () => {
          const place = line.indexOf(waiting);
          if (place >= 0) line.splice(place, 1);
          reject(signal.reason);
          advance();
        };
        signal.addEventListener("abort", leave, { once: true });
        line.push(waiting);
        advance();
      });
      try {
        return await work();
      } finally {
        take(need, -1);
        advance();
      }
    },
  };
}
