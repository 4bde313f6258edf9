import type { Readable } from "node:stream";
import type { Call } from "./connection.ts";
import { complain } from "./judge-answer.ts";

/**
 * All bytes of a body.
 *
 * @throws XnatError "too-large" beyond the limit
 */
export async function readBody(body: Readable, call: Call, limitBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limitBytes) {
      throw complain("too-large", call, {
        found: `the file has more than ${limitBytes} bytes`,
        hint: "It is not the file it should be.",
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
