import { openByteReader, until } from "./byte-reader.ts";

/** A file of a form. */
export interface FilePart {
  readonly fileName: string;
  /** To be read to its end before the next part. */
  readonly bytes: AsyncIterable<Buffer>;
}

/** Boundary of a multipart body; undefined for other bodies. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\//i.test(contentType)) return undefined;
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  return quoted ?? plain;
}

/**
 * The parts that have a file name, one after the other; others are passed over.
 *
 * @throws Error when the body ends before its last boundary
 */
export async function* readFileParts(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<FilePart> {
  const reader = openByteReader(source);
  const broken = () => new Error("Stream ended unexpectedly");
  // As if a line had ended before the first boundary.
  reader.putBack(Buffer.from("\r\n"));
  const first = until(reader, Buffer.from(`\r\n--${boundary}`), broken);
  for await (const _ of first);
  for (;;) {
    const after = await reader.exactly(2);
    if (after.toString("latin1") !== "\r\n") break;
    const head: Buffer[] = [];
    for await (const piece of until(reader, Buffer.from("\r\n\r\n"), broken)) head.push(piece);
    const fileName = /filename="([^"]*)"/i.exec(Buffer.concat(head).toString("utf8"))?.[1];
    const bytes = until(reader, Buffer.from(`\r\n--${boundary}`), broken);
    if (fileName !== undefined && fileName !== "") yield { fileName, bytes };
    for await (const _ of bytes);
  }
  for (let chunk = await reader.take(); chunk !== undefined; chunk = await reader.take());
}
