/** Does `work` for every item, at most `most` at a time; after the first failure no further item is begun. */
export async function fewAtOnce<T>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (!failed && next < items.length) {
      const item = items[next++] as T;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  // All lanes come to rest before the failure is passed on: nothing is written after the caller has been told.
  const lanes = await Promise.allSettled(Array.from({ length: most }, lane));
  const failure = lanes.find((settled) => settled.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
