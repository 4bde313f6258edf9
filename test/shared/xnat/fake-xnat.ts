import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { readZip } from "#shared/files/zip-read.ts";
import type { Answer, Call, Shape, TextAnswer, XnatConnection } from "#shared/xnat/connection.ts";
import { XnatError, type XnatErrorKind } from "#shared/xnat/xnat-error.ts";
import { openStoredZip } from "#shared/xnat/zip-write.ts";

// The resources of one owner in memory, behind an XnatConnection: only what transfers ask for, with the faults they must survive.

export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

export interface FakeFile {
  bytes: Uint8Array;
  /** What the list says instead of the truth. */
  listed?: { Size?: string; digest?: string; URI?: string; Name?: string };
}

export interface FakeResource {
  readonly id: number;
  readonly label: string;
  readonly files: Map<string, FakeFile>;
}

/** What happens to a call: nothing, or before or instead of its effect. */
export interface Fault {
  /** Thrown without effect. */
  readonly refuse?: XnatErrorKind;
  /** The effect takes place, but the answer is lost. */
  readonly loseAnswer?: XnatErrorKind;
  /** 200 without effect (rule U2). */
  readonly silent?: boolean;
  /** Bytes of the body after which it breaks off. */
  readonly breakAt?: number;
  /** Bytes of the body after which it simply ends (zips, D1). */
  readonly endAt?: number;
  /** Entries after which unpacking stops, with 200 or with a 500 (U10). */
  readonly stopAfter?: number;
  readonly stopWith?: XnatErrorKind;
  /** The zip is stored as a file. */
  readonly keepZip?: boolean;
  /** Of the answer's body and head instead of the file. */
  readonly body?: Uint8Array | (() => Readable);
  readonly contentType?: string;
}

export interface FakeXnat {
  readonly x: XnatConnection;
  readonly resources: FakeResource[];
  readonly calls: string[];
  /** Asked for every call, with how many calls of this method and kind of body there were. */
  fault: (call: Call, shown: string) => Fault | undefined;
  /** Whether lists have MD5s (D5). */
  digests: boolean;
  /** Folders before a file's path in a zip (D2). */
  layout: (label: string) => string;
  add(label: string, files: Record<string, Uint8Array>): FakeResource;
  contents(label: string): Record<string, string>;
}

export function fakeXnat(): FakeXnat {
  const resources: FakeResource[] = [];
  const calls: string[] = [];
  let nextId = 101;
  const fake: FakeXnat = {
    x: undefined as unknown as XnatConnection,
    resources,
    calls,
    fault: () => undefined,
    digests: true,
    layout: (label) => `M01_pre_MR/scans/3-T2_MSME/resources/${label}/files/`,
    add(label, files) {
      const made: FakeResource = {
        id: nextId++,
        label,
        files: new Map(Object.entries(files).map(([path, bytes]) => [path, { bytes }])),
      };
      resources.push(made);
      return made;
    },
    contents(label) {
      const files = resources.filter((one) => one.label === label).flatMap((one) => [...one.files]);
      return Object.fromEntries(
        files.map(([path, { bytes }]) => [path, Buffer.from(bytes).toString("latin1")]),
      );
    },
  };

  const fail = (kind: XnatErrorKind, call: Call, status?: number): XnatError =>
    new XnatError(kind, { method: call.method, path: `/${call.path.join("/")}`, status });

  const named = (label: string) =>
    resources.filter((one) => one.label === label || String(one.id) === label);

  const listRows = (call: Call) => {
    const at = call.path.indexOf("resources");
    const label = call.path[at + 1];
    if (label === undefined) {
      return resources.map(({ id, label }) => ({
        xnat_abstractresource_id: String(id),
        label,
        category: "resources",
        file_count: "",
      }));
    }
    const found = named(label);
    if (found.length === 0) throw fail("not-found", call, 404);
    return found.flatMap(({ id, files }) =>
      [...files].map(([path, { bytes, listed }]) => ({
        Name: path.slice(path.lastIndexOf("/") + 1),
        Size: String(bytes.length),
        URI: `/${call.path.slice(0, at).join("/")}/resources/${id}/files/${path}`,
        collection: label,
        digest: fake.digests ? md5(bytes) : "",
        ...listed,
      })),
    );
  };

  async function bodyOf(call: Call): Promise<Buffer> {
    const opened = call.body?.open() ?? Buffer.alloc(0);
    const bytes =
      opened instanceof Uint8Array ? Buffer.from(opened) : Buffer.concat(await opened.toArray());
    if (bytes.length !== call.body?.length) throw new Error("the Content-Length was a lie");
    return bytes;
  }

  async function store(call: Call, label: string, path: string, fault: Fault): Promise<string> {
    const bytes = await bodyOf(call);
    if (fault.silent) return "";
    const resource = named(label)[0] ?? fake.add(label, {});
    const duplicates: string[] = [];
    const put = (name: string, content: Uint8Array): void => {
      if (resource.files.has(name) && call.query?.["overwrite"] !== "true") duplicates.push(name);
      // What the list says of an older file stays until it is refreshed (D6).
      else resource.files.set(name, { ...resource.files.get(name), bytes: content });
    };
    if (call.query?.["extract"] === "true" && !fault.keepZip) {
      let done = 0;
      await eachEntry(bytes, (name, content) => {
        if (done++ < (fault.stopAfter ?? Number.POSITIVE_INFINITY)) put(name, content);
      });
      if (fault.stopWith !== undefined) throw fail(fault.stopWith, call, 500);
    } else if (call.query?.["inbody"] === "true") {
      if (bytes.length === 0) throw fail("validation", call, 400);
      put(path, bytes.subarray(0, fault.stopAfter));
      if (fault.stopWith !== undefined) throw fail(fault.stopWith, call, 500);
    } else {
      const text = bytes.toString("latin1");
      const [, part] = /\r\n\r\n([\s\S]*)\r\n--/.exec(text) ?? [];
      put(path, Buffer.from(part ?? "", "latin1"));
    }
    return duplicates.length > 0 ? JSON.stringify({ duplicates }) : "";
  }

  async function answer(call: Call): Promise<TextAnswer> {
    const shown = `${call.method} ${call.path.slice(call.path.indexOf("resources")).join("/")}`;
    calls.push(shown);
    const fault = fake.fault(call, shown) ?? {};
    if (fault.refuse !== undefined) throw fail(fault.refuse, call);
    const at = call.path.indexOf("resources");
    const label = call.path[at + 1] ?? "";
    const path = call.path.slice(at + 3).join("/");
    let text = "";
    let status = 200;
    if (call.path[1] === "services") {
      for (const file of resources.flatMap(({ files }) => [...files.values()])) delete file.listed;
    } else if (call.method === "PUT" && path === "") {
      if (named(label).length > 0) status = 409;
      else if (!fault.silent) fake.add(label, {});
    } else if (call.method === "PUT") text = await store(call, label, path, fault);
    else if (call.method === "DELETE" && !fault.silent) {
      if (path === "") {
        for (const one of named(label)) resources.splice(resources.indexOf(one), 1);
      } else if (!named(label).some(({ files }) => files.delete(path))) status = 404;
    }
    if (fault.loseAnswer !== undefined) throw fail(fault.loseAnswer, call);
    if (status >= 400 && !call.accept?.includes(status)) throw fail("conflict", call, status);
    return { status, headers: {}, text };
  }

  const connection: XnatConnection = {
    baseUrl: "http://fake.example",
    user: "fake",
    text: answer,
    async json<T>(call: Call, shape: Shape<T>): Promise<T> {
      const shown = `LIST ${call.path.slice(call.path.indexOf("resources")).join("/")}`;
      calls.push(shown);
      const fault = fake.fault(call, shown);
      if (fault?.refuse !== undefined) throw fail(fault.refuse, call);
      const parsed = shape.safeParse({ ResultSet: { Result: listRows(call) } });
      if (!parsed.success) throw fail("protocol", call);
      return parsed.data;
    },
    async stream<T>(call: Call, use: (body: Readable, answer: Answer) => Promise<T>): Promise<T> {
      const shown = `${call.query?.["format"] === "zip" ? "ZIP" : "GET"} ${call.path.slice(call.path.indexOf("resources")).join("/")}`;
      calls.push(shown);
      const fault = fake.fault(call, shown) ?? {};
      if (fault.refuse !== undefined) throw fail(fault.refuse, call);
      const head = { status: 200, headers: { "content-type": fault.contentType ?? "" } };
      if (typeof fault.body === "function") return use(fault.body(), head);
      const at = call.path.indexOf("resources");
      const found = named(call.path[at + 1] ?? "");
      let bytes = fault.body ?? (shown.startsWith("ZIP") ? await zipOf(found) : undefined);
      bytes ??= found
        .map(({ files }) => files.get(call.path.slice(at + 3).join("/"))?.bytes)
        .find((one) => one !== undefined);
      if (bytes === undefined) throw fail("not-found", call, 404);
      return use(Readable.from(pieces(bytes, fault, call), { objectMode: false }), head);
    },
    async close() {},
  };

  async function zipOf(found: readonly FakeResource[]): Promise<Uint8Array> {
    const sources = found.flatMap(({ label, files }) =>
      [...files].map(([path, { bytes }]) => ({
        path: fake.layout(label) + path,
        size: bytes.length,
        crc32: crc32(bytes),
        open: () => bytes,
      })),
    );
    return Buffer.concat(await (openStoredZip(sources).open() as Readable).toArray());
  }

  function* pieces(bytes: Uint8Array, { breakAt, endAt }: Fault, call: Call) {
    const end = Math.min(endAt ?? bytes.length, breakAt ?? bytes.length);
    for (let at = 0; at < end; at += 65_536) yield bytes.subarray(at, Math.min(at + 65_536, end));
    if (breakAt !== undefined) throw fail("transient", call);
  }

  return Object.assign(fake, { x: connection });
}

async function eachEntry(
  zip: Uint8Array,
  take: (name: string, bytes: Uint8Array) => void,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "fake-xnat-"));
  try {
    await writeFile(join(folder, "zip"), zip);
    await readZip(join(folder, "zip"), { entries: 1e5, bytes: 1e9 }, async (entry) => {
      take(entry.name, Buffer.concat(await (await entry.open()).toArray()));
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
