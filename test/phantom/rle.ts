// RLE Lossless by PS3.5 annex G, written for tests.

/** One frame of little-endian values of 16 (or 8) bits as an RLE fragment: high bytes, then low bytes. */
export function encodeRle(values: Uint8Array, width: 1 | 2 = 2): Uint8Array {
  const count = values.length / width;
  const segments = (width === 2 ? [1, 0] : [0]).map((byte) =>
    packBits(Uint8Array.from({ length: count }, (_, i) => values[i * width + byte]!)),
  );
  const header = Buffer.alloc(64);
  header.writeUInt32LE(segments.length, 0);
  let offset = 64;
  segments.forEach((segment, i) => {
    header.writeUInt32LE(offset, 4 + i * 4);
    offset += segment.length;
  });
  return Buffer.concat([header, ...segments]);
}

function packBits(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    let run = 1;
    while (at + run < bytes.length && run < 128 && bytes[at + run] === bytes[at]) run++;
    if (run > 1) {
      out.push(257 - run, bytes[at]!);
      at += run;
      continue;
    }
    let end = at + 1;
    while (end < bytes.length && end - at < 128 && bytes[end] !== bytes[end + 1]) end++;
    out.push(end - at - 1, ...bytes.subarray(at, end));
    at = end;
  }
  if (out.length % 2 === 1) out.push(0);
  return Uint8Array.from(out);
}
