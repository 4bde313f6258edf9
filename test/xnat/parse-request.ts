import type { IncomingMessage } from "node:http";

/** Names and values of query and form body, in the order sent. */
export interface Parameters {
  first(name: string): string | undefined;
  all(name: string): readonly string[];
  readonly names: readonly string[];
}

const formLimitBytes = 4 * 1024 * 1024;

/** A form body is only one where no file is sent: curl calls every body a form. */
function hasFormBody(request: IncomingMessage, path: string): boolean {
  const type = request.headers["content-type"] ?? "";
  return (
    type.startsWith("application/x-www-form-urlencoded") &&
    !path.includes("/files") &&
    !path.startsWith("/data/services/import")
  );
}

/** The whole body, for small ones. @throws RangeError above `limit` bytes */
export async function readBody(
  request: IncomingMessage,
  limit: number = formLimitBytes,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > limit) throw new RangeError(`a body of more than ${limit} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

export async function parseParameters(
  request: IncomingMessage,
  path: string,
  query: string,
): Promise<Parameters> {
  const all = new URLSearchParams(query);
  if (hasFormBody(request, path)) {
    const form = new URLSearchParams((await readBody(request)).toString("utf8"));
    for (const [name, value] of form) all.append(name, value);
  }
  return {
    first: (name) => all.get(name) ?? undefined,
    all: (name) => all.getAll(name),
    names: [...new Set(all.keys())],
  };
}

/** Cookies of a request; quotes stay part of the value, as with XNAT. */
export function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0) cookies.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return cookies;
}

/** User and password of a Basic header. */
export function parseBasic(
  header: string | undefined,
): { readonly user: string; readonly password: string } | undefined {
  const [, encoded] = /^Basic\s+(\S+)$/i.exec(header ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const at = text.indexOf(":");
  return at < 0 ? undefined : { user: text.slice(0, at), password: text.slice(at + 1) };
}
