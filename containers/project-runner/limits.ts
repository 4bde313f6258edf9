/** What a piece of work takes of this machine. */
export interface Need {
  readonly jobs: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
}

/** Keeps the work of a run within the machine it has. */
export interface Limits {
  readonly most: Need;
  /** Waits in line until there is room, then calls `work`. What needs more than there is at all runs alone. */
  within<T>(need: Need, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}
