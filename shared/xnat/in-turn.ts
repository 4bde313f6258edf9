const last = new Map<string, Promise<void>>();

/**
 * Runs `work` after all work of the same key that was asked for before it, in this process.
 *
 * Two first uploads at once make two resources of one label (rule U6), and every upload rewrites the resource's catalog (U8):
 * a resource has one writer.
 */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = last.get(key) ?? Promise.resolve();
  const done = before.then(work);
  const settled = done.then(
    () => undefined,
    () => undefined,
  );
  last.set(key, settled);
  try {
    return await done;
  } finally {
    if (last.get(key) === settled) last.delete(key);
  }
}
