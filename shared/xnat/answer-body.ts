import { PassThrough, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Clock } from "./clock.ts";
import type { WireAnswer } from "./http.ts";
import { WireError, wireErrorOf } from "./wire-error.ts";

/** A body as it was meant: decompressed. */
export interface OpenBody {
  /** Fails with what `describe` makes of a broken line. */
  readonly body: Readable;
  /** Bytes that came out so far. */
  bytes(): number;
  /** Ends the body and its socket unless all was read. */
  discard(): void;
}

/** How slow a body may be: that many bytes in that time, ms, unless its reader holds it up. */
export interface Pace {
  readonly paceMs: number;
  readonly slowestBytes: number;
  readonly clock: Clock;
}

/**
 * Opens the body of an answer.
 *
 * @param describe - makes the error that readers see
 */
export function openBody(
  answer: WireAnswer,
  describe: (error: WireError) => Error,
  pace: Pace,
): OpenBody {
  const source = answer.body;
  const decoder = decoderOf(answer.headers["content-encoding"]);
  const body = new PassThrough();
  let bytes = 0;
  const fail = (error: unknown): void => {
    body.destroy(describe(wireErrorOf(error, true)));
    source.destroy();
  };
  // A body may break before anyone reads, or after the last one did: that must not end the process.
  body.on("error", () => {});
  source.on("error", fail);
  if (decoder instanceof WireError) fail(decoder);
  else {
    decoder?.on("error", fail);
    const plain = decoder === undefined ? source : source.pipe(decoder);
    plain.on("data", (chunk: Uint8Array) => {
      bytes += chunk.length;
    });
    plain.pipe(body);
  }
  const callOffPace = watchPace(body, () => bytes, pace, fail);
  body.once("finish", callOffPace);
  const discard = (): void => {
    callOffPace();
    if (!source.readableEnded) source.destroy();
    decoder instanceof WireError || decoder?.destroy();
    body.destroy();
  };
  body.once("close", discard);
  return { body, bytes: () => bytes, discard };
}

/** Ends a body that drips: each piece comes before the socket counts as idle, and the whole never. */
function watchPace(
  body: PassThrough,
  bytes: () => number,
  { paceMs, slowestBytes, clock }: Pace,
  fail: (error: WireError) => void,
): () => void {
  let held = false;
  body.on("drain", () => {
    held = true;
  });
  let before = 0;
  const look = (): void => {
    const came = bytes() - before;
    if (came < slowestBytes && !held && !body.writableNeedDrain) {
      const found = `the answer comes too slowly (${came} bytes in ${Math.round(paceMs / 1000)} s)`;
      fail(new WireError("transient", found, true));
      return;
    }
    before += came;
    held = false;
    callOff = clock.later(paceMs, look);
  };
  let callOff = clock.later(paceMs, look);
  return () => callOff();
}

function decoderOf(encoding: string | undefined) {
  switch ((encoding ?? "identity").trim().toLowerCase()) {
    case "":
    case "identity":
      return undefined;
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      return new WireError("protocol", "the answer is compressed in an unknown way", true);
  }
}

/** A text and whether there was more of it. */
export interface ReadText {
  readonly text: string;
  readonly cut: boolean;
}

/** The first bytes of a body as UTF-8; the rest is thrown away. */
export async function readStart(opened: OpenBody, limitBytes: number): Promise<ReadText> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let cut = false;
  for await (const piece of opened.body as AsyncIterable<Uint8Array>) {
    pieces.push(piece);
    length += piece.length;
    if (length > limitBytes) {
      cut = true;
      break;
    }
  }
  opened.discard();
  const bytes = Buffer.concat(pieces).subarray(0, limitBytes);
  return { text: new TextDecoder().decode(bytes), cut };
}

/** The first piece of a body as text; it stays in it. */
export async function peekStart({ body }: OpenBody): Promise<string> {
  let piece = body.read() as Uint8Array | null;
  if (piece === null && !body.readableEnded && !body.destroyed) {
    await new Promise<void>((resolve) => {
      for (const event of ["readable", "end", "error", "close"]) body.once(event, () => resolve());
    });
    piece = body.read() as Uint8Array | null;
  }
  if (body.errored) throw body.errored;
  if (piece === null) return "";
  body.unshift(piece);
  return new TextDecoder().decode(piece.subarray(0, 65_536));
}
