import { get } from "node:http";
import { Readable } from "node:stream";
import type { Body, Call, Shape, XnatConnection } from "#shared/xnat/connection.ts";
import { XnatError, type XnatErrorKind } from "#shared/xnat/xnat-error.ts";

/** What a test's server says to a call: text, or a value that becomes JSON, or pieces of a body. */
export interface FakeAnswer {
  readonly status?: number;
  readonly text?: string;
  readonly value?: unknown;
  readonly pieces?: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeConnection extends XnatConnection {
  readonly calls: readonly Call[];
  /** "GET /data/projects/P?format=json", decoded. */
  readonly lines: readonly string[];
}

const kinds: Readonly<Record<number, XnatErrorKind>> = {
  401: "auth",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  500: "transient",
  503: "transient",
};

/** A connection whose server is a function. Statuses become errors as the real one makes them. */
export function fakeConnection(
  serve: (line: string, call: Call) => FakeAnswer | undefined,
): FakeConnection {
  const calls: Call[] = [];
  const lines: string[] = [];
  const ask = (call: Call): FakeAnswer => {
    const line = lineOf(call);
    calls.push(call);
    lines.push(line);
    const answer = serve(line, call) ?? { status: 404, text: "nothing here" };
    const status = answer.status ?? 200;
    if (status >= 300 && call.accept?.includes(status) !== true) {
      throw new XnatError(kinds[status] ?? "validation", {
        method: call.method,
        path: `/${call.path.join("/")}`,
        status,
        excerpt: textOf(answer),
      });
    }
    return answer;
  };
  return {
    calls,
    lines,
    baseUrl: "http://xnat.invalid",
    user: "demo",
    text: async (call) => {
      const answer = ask(call);
      return { status: answer.status ?? 200, headers: answer.headers ?? {}, text: textOf(answer) };
    },
    json: async (call, shape) => shaped(call, shape, textOf(ask(call))),
    stream: async (call, use) => {
      const answer = ask(call);
      const body = Readable.from(answer.pieces ?? [Buffer.from(textOf(answer))], {
        objectMode: false,
      });
      try {
        return await use(body, { status: answer.status ?? 200, headers: answer.headers ?? {} });
      } finally {
        body.destroy();
      }
    },
    close: async () => {},
  };
}

/** A bare connection to a server of node:http: streams only, no login, no repeats. */
export function streamConnection(port: number): XnatConnection {
  const refuse = (): never => {
    throw new Error("streams only");
  };
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    user: "demo",
    text: refuse,
    json: refuse,
    stream: (call, use) =>
      new Promise((resolve, reject) => {
        const request = get({ port, path: pathOf(call) }, (response) => {
          const headers = response.headers as Record<string, string>;
          // A broken line is "transient" to who reads, as the real connection has it.
          const body = Readable.from(guarded(response, call), { objectMode: false });
          use(body, { status: response.statusCode ?? 0, headers })
            .finally(() => request.destroy())
            .then(resolve, reject);
        });
        request.on("error", reject);
      }),
    close: async () => {},
  };
}

async function* guarded(body: Readable, call: Call): AsyncGenerator<Uint8Array> {
  try {
    yield* body as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new XnatError("transient", { method: call.method, path: pathOf(call), cause });
  }
}

function shaped<T>(call: Call, shape: Shape<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  throw new XnatError("protocol", {
    method: call.method,
    path: `/${call.path.join("/")}`,
    excerpt: text,
    found: result.error.message,
  });
}

const textOf = (answer: FakeAnswer): string => answer.text ?? JSON.stringify(answer.value ?? "");

const pathOf = (call: Call): string => `/${call.path.map(encodeURIComponent).join("/")}`;

function lineOf(call: Call): string {
  const pairs = Object.entries(call.query ?? {}).flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).map((one) => `${name}=${one}`),
  );
  const query = pairs.length === 0 ? "" : `?${pairs.join("&")}`;
  return `${call.method} /${call.path.join("/")}${query}`;
}

/** A list as XNAT writes it. */
export function listOf(rows: readonly object[]): FakeAnswer {
  return { value: { ResultSet: { Result: rows, totalRecords: String(rows.length) } } };
}

/** An item document of one object. */
export function itemOf(
  xsiType: string,
  fields: object,
  children: Readonly<Record<string, readonly object[]>> = {},
): FakeAnswer {
  const places = Object.entries(children).map(([field, all]) => ({
    field,
    items: all.map((data_fields) => ({ meta: {}, data_fields, children: [] })),
  }));
  const meta = { isHistory: false, "xsi:type": xsiType };
  return { value: { items: [{ meta, data_fields: fields, children: places }] } };
}

/** The bytes of a body. */
export async function bytesOf(body: Body | undefined): Promise<string> {
  const opened = body?.open() ?? new Uint8Array();
  if (opened instanceof Uint8Array) return Buffer.from(opened).toString("utf8");
  const chunks: Buffer[] = [];
  for await (const chunk of opened) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** All that an async iterable gives. */
export async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}
