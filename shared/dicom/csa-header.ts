/** A tag of a Siemens CSA header and its values as text, without the empty ones at the end. */
export type CsaTags = ReadonlyMap<string, readonly string[]>;

/** nibabel refuses more, and no scanner writes more. */
const mostTags = 128;

/** No tag that is read here has more values; slice times have one for each slice. */
const mostValues = 1024;

/** After the number of tags, and in each tag and item: 77 or 205. */
const marker = 77;

/**
 * The wanted tags of a Siemens CSA header (0029,xx10), in its two forms.
 *
 * CSA2 begins with SV10 and four bytes. Then: number of tags, 77; for each tag a name of 64 bytes, VM, a VR of 4
 * bytes, type, number of items, marker; for each item four integers and its bytes, padded to a multiple of 4.
 * All integers are 32 bits, little-endian. In CSA1 the length of an item is its first integer minus the number of
 * items of the first tag; in CSA2 it is its second.
 *
 * No length is believed: where one leads out of the bytes the reading ends, and the tags before it count.
 *
 * @see https://nipy.org/nibabel/dicom/siemens_csa.html
 */
export function parseCsaHeader(bytes: Uint8Array, wanted: ReadonlySet<string>): CsaTags {
  const tags = new Map<string, readonly string[]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const second = bytes.length >= 4 && latin1(bytes, 0, 4) === "SV10";
  let at = second ? 8 : 0;
  if (at + 8 > bytes.length) return tags;
  const count = view.getUint32(at, true);
  if (count < 1 || count > mostTags || view.getUint32(at + 4, true) !== marker) return tags;
  at += 8;
  let firstItems: number | undefined;
  for (let tag = 0; tag < count; tag++) {
    if (at + 84 > bytes.length) return tags;
    const name = latin1(bytes, at, 64);
    const multiplicity = view.getUint32(at + 64, true);
    const items = view.getUint32(at + 76, true);
    const isWanted = wanted.has(name);
    firstItems ??= items;
    at += 84;
    const values: string[] = [];
    for (let item = 0; item < items; item++) {
      if (at + 16 > bytes.length) return tags;
      const length = second
        ? view.getUint32(at + 4, true)
        : Math.max(view.getInt32(at, true) - firstItems, 0);
      at += 16;
      if (length > bytes.length - at) return tags;
      const counts = isWanted && (multiplicity === 0 || item < multiplicity);
      if (counts && values.length < mostValues) values.push(latin1(bytes, at, length).trim());
      at += Math.ceil(length / 4) * 4;
    }
    while (values.at(-1) === "") values.pop();
    if (isWanted && !tags.has(name)) tags.set(name, values);
  }
  return tags;
}

/** The values of a tag as numbers: exactly `count`, all finite; else undefined. */
export function csaNumbers(
  tags: CsaTags,
  name: string,
  count: number,
): readonly number[] | undefined {
  const texts = tags.get(name) ?? [];
  if (texts.length !== count || texts.includes("")) return undefined;
  const numbers = texts.map(Number);
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** Text up to the first zero byte. */
function latin1(bytes: Uint8Array, start: number, length: number): string {
  const end = Math.min(start + length, bytes.length);
  let stop = start;
  while (stop < end && bytes[stop] !== 0) stop++;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, stop - start).toString("latin1");
}
