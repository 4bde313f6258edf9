/** Takes bytes off a stream in the pieces that a format asks for; memory holds a few chunks at most. */
export interface ByteReader {
  /** Next bytes, as many as there are at hand; undefined at the end. */
  take(): Promise<Buffer | undefined>;
  /** Exactly so many, or fewer at the end. */
  exactly(count: number): Promise<Buffer>;
  /** Puts bytes back in front. */
  putBack(bytes: Uint8Array): void;
}

export function openByteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  const front: Buffer[] = [];
  const take = async (): Promise<Buffer | undefined> => {
    for (let chunk = front.shift(); chunk !== undefined; chunk = front.shift()) {
      if (chunk.length > 0) return chunk;
    }
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      if (next.value.length > 0) return Buffer.from(next.value);
    }
    return undefined;
  };
  const putBack = (bytes: Uint8Array): void => {
    if (bytes.length > 0) front.unshift(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  };
  return {
    take,
    putBack,
    exactly: async (count) => {
      const parts: Buffer[] = [];
      let missing = count;
      while (missing > 0) {
        const chunk = await take();
        if (chunk === undefined) break;
        parts.push(chunk.subarray(0, missing));
        putBack(chunk.subarray(missing));
        missing -= Math.min(missing, chunk.length);
      }
      return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    },
  };
}

/**
 * Bytes up to a mark, which is taken off and not given; reads on until the mark or the end.
 *
 * @throws what `missing` makes when there is no mark
 */
export async function* until(
  reader: ByteReader,
  mark: Uint8Array,
  missing: () => Error,
): AsyncGenerator<Buffer> {
  let kept: Buffer = Buffer.alloc(0);
  for (;;) {
    const chunk = await reader.take();
    if (chunk === undefined) throw missing();
    const bytes = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    const at = bytes.indexOf(mark);
    if (at >= 0) {
      reader.putBack(bytes.subarray(at + mark.length));
      if (at > 0) yield bytes.subarray(0, at);
      return;
    }
    const sure = Math.max(0, bytes.length - mark.length + 1);
    if (sure > 0) yield bytes.subarray(0, sure);
    kept = bytes.subarray(sure);
  }
}
