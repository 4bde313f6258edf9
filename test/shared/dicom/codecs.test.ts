import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ByteValue, encodeDicom, type Fragments } from "#test/phantom/dicom-bytes.ts";
import { type Changes, classicImage, echoTimes } from "#test/phantom/dicom-images.ts";
import { encodeRle } from "#test/phantom/rle.ts";
import { inFolder } from "#test/shared/nifti/debian-tools.ts";
import { readContent, refusal } from "./dicom-folder.ts";

const width = 20;
const height = 16;

/** A gradient with some structure; `top` is its largest value, `signed` centres it at 0. */
function gradient(echo: number, top: number, signed = false): Int32Array {
  return Int32Array.from({ length: width * height }, (_, at) => {
    const [i, j] = [at % width, Math.floor(at / width)];
    const value = Math.round((top * (i * height + j + echo)) / (width * height + 3)) ^ (i & 3);
    return signed ? value - Math.floor(top / 2) : value;
  });
}

interface Depth {
  readonly allocated: 8 | 16;
  readonly stored: number;
  readonly signed?: boolean;
}

function toBytes(values: Int32Array, { allocated, stored }: Depth): Uint8Array {
  const mask = 2 ** stored - 1;
  if (allocated === 8) return Uint8Array.from(values, (value) => value & mask);
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => {
    bytes.writeUInt16LE(value & mask, i * 2);
  });
  return bytes;
}

function changes(depth: Depth, pixels: ByteValue): Changes {
  return {
    "00280010": ["US", height],
    "00280011": ["US", width],
    "00280100": ["US", depth.allocated],
    "00280101": ["US", depth.stored],
    "00280102": ["US", depth.stored - 1],
    "00280103": ["US", depth.signed === true ? 1 : 0],
    "7FE00010": [depth.allocated === 8 ? "OB" : "OW", pixels],
  };
}

const top = (depth: Depth) => 2 ** depth.stored - 1 - 8;
const valuesOf = (echo: number, depth: Depth) => gradient(echo, top(depth), depth.signed);

/** An uncompressed series of one slice. */
function plainFiles(depth: Depth): Record<string, Uint8Array> {
  return Object.fromEntries(
    echoTimes.map((_, e) => {
      const pixels = toBytes(valuesOf(e, depth), depth);
      return [`${e}.dcm`, encodeDicom(classicImage(0, e, changes(depth, pixels)))];
    }),
  );
}

/** A series whose frames an encoder made. */
function encapsulated(
  syntax: string,
  depth: Depth,
  encode: (bytes: Uint8Array) => Uint8Array,
): Record<string, Uint8Array> {
  return Object.fromEntries(
    echoTimes.map((_, e) => {
      const fragment = encode(toBytes(valuesOf(e, depth), depth));
      const pixels: Fragments = { table: [], fragments: [fragment] };
      const elements = classicImage(0, e, {
        ...changes(depth, pixels),
        "7FE00010": ["OB", pixels],
      });
      return [`${e}.dcm`, encodeDicom(elements, { transferSyntaxUID: syntax })];
    }),
  );
}

function runs(tool: string): boolean {
  return spawnSync(tool, ["--version"], { stdio: "ignore" }).error === undefined;
}

/** A series as a DCMTK tool compresses (and, for a second opinion, expands) it. */
function throughTool(
  tool: string,
  options: readonly string[],
  content: Record<string, Uint8Array>,
): Promise<Record<string, Uint8Array>> {
  return inFolder((folder) =>
    Object.fromEntries(
      Object.entries(content).map(([name, bytes]) => {
        const [from, to] = [join(folder, name), join(folder, `${name}.out`)];
        writeFileSync(from, bytes);
        const { status, stderr } = spawnSync(tool, [...options, from, to], { encoding: "utf8" });
        if (status !== 0) throw new Error(`${tool}: ${stderr}`);
        return [name, readFileSync(to)];
      }),
    ),
  );
}

async function expectExact(content: Record<string, Uint8Array>, depth: Depth): Promise<void> {
  const series = await readContent(content);
  echoTimes.forEach((_, e) => {
    const plane = series.stored.subarray(e * width * height, (e + 1) * width * height);
    expect([...plane]).toEqual([...valuesOf(e, depth)]);
  });
}

const deep: Depth = { allocated: 16, stored: 16 };
const twelve: Depth = { allocated: 16, stored: 12 };
const bytewise: Depth = { allocated: 8, stored: 8 };
const negative: Depth = { allocated: 16, stored: 16, signed: true };

describe.skipIf(!runs("dcmcjpeg"))("files compressed by DCMTK are read value by value", () => {
  test.each([
    ["dcmcrle", "", deep],
    ["dcmcrle", "", bytewise],
    ["dcmcrle", "", negative],
    ["dcmcjpeg", "--encode-lossless-sv1", deep],
    ["dcmcjpeg", "--encode-lossless-sv1", twelve],
    ["dcmcjpeg", "--encode-lossless-sv1", bytewise],
    ["dcmcjpeg", "--encode-lossless-sv1", negative],
    ["dcmcjpeg", "--encode-lossless", deep],
    ["dcmcjpls", "--encode-lossless", deep],
    ["dcmcjpls", "--encode-lossless", twelve],
    ["dcmcjpls", "--encode-lossless", bytewise],
    ["dcmcjpls", "--encode-lossless", negative],
  ] as const)("%s %s %o", async (tool, option, depth) => {
    const options = option === "" ? [] : [option];
    await expectExact(await throughTool(tool, options, plainFiles(depth)), depth);
  });

  test.each([
    ["dcmcjpeg", "--encode-baseline", bytewise, "dcmdjpeg"],
    ["dcmcjpeg", "--encode-extended", twelve, "dcmdjpeg"],
    ["dcmcjpls", "--encode-nearlossless", deep, "dcmdjpls"],
  ] as const)("%s %s: as the tool itself expands them, with a warning", async (...row) => {
    const [tool, option, depth, back] = row;
    const compressed = await throughTool(tool, [option], plainFiles(depth));
    const series = await readContent(compressed);
    const truth = await readContent(await throughTool(back, [], compressed));
    expect(series.warnings).toContainEqual(expect.objectContaining({ code: "W-LOSSY" }));
    // Two JPEG decoders may round a cosine transform differently by one.
    const differences = series.stored.map((value, i) => Math.abs(value - truth.stored[i]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(tool === "dcmcjpls" ? 0 : 1);
  });
});

function compressWithOpenJpeg(depth: Depth, options: readonly string[]) {
  return (bytes: Uint8Array): Promise<Uint8Array> =>
    inFolder((folder) => {
      const [from, to] = [join(folder, "frame.raw"), join(folder, "frame.j2k")];
      const sign = depth.signed === true ? "s" : "u";
      // OpenJPEG reads raw values in big-endian order.
      writeFileSync(from, depth.allocated === 16 ? Buffer.from(bytes).swap16() : bytes);
      const format = `${width},${height},1,${depth.stored},${sign}`;
      const args = ["-i", from, "-o", to, "-F", format, "-n", "3", ...options];
      const { status, stdout } = spawnSync("opj_compress", args, { encoding: "utf8" });
      if (status !== 0) throw new Error(stdout);
      return readFileSync(to);
    });
}

const hasOpenJpeg = spawnSync("opj_compress", ["-h"], { stdio: "ignore" }).error === undefined;

describe.skipIf(!hasOpenJpeg)("frames compressed by OpenJPEG are read value by value", () => {
  test.each([deep, twelve, bytewise, negative])("%o", async (depth) => {
    const content: Record<string, Uint8Array> = {};
    const encode = compressWithOpenJpeg(depth, []);
    for (const [e] of echoTimes.entries()) {
      const fragment = await encode(toBytes(valuesOf(e, depth), depth));
      Object.assign(
        content,
        pickFile(
          e,
          encapsulated("1.2.840.10008.1.2.4.90", depth, () => fragment),
        ),
      );
    }
    await expectExact(content, depth);
  });
});

function pickFile(e: number, content: Record<string, Uint8Array>): Record<string, Uint8Array> {
  return { [`${e}.dcm`]: content[`${e}.dcm`]! };
}

/** One frame of each kind, made once: see the file for tools, versions and commands. */
interface ReferenceFrame {
  readonly name: string;
  readonly transferSyntaxUID: string;
  readonly columns: number;
  readonly rows: number;
  readonly encoded: string;
  readonly values: readonly number[];
}

const reference = JSON.parse(
  readFileSync(new URL("../../reference/compressed-frames.json", import.meta.url), "utf8"),
) as { frames: readonly ReferenceFrame[] };

describe("reference frames made by other software", () => {
  test.each(reference.frames)("$name", async (frame) => {
    const bytes = Buffer.from(frame.encoded, "base64");
    const content = Object.fromEntries(
      echoTimes.map((_, e) => {
        const elements = classicImage(0, e, {
          "00280010": ["US", frame.rows],
          "00280011": ["US", frame.columns],
          "7FE00010": ["OB", { table: [], fragments: [bytes] }],
        });
        const { transferSyntaxUID } = frame;
        return [`${e}.dcm`, encodeDicom(elements, { transferSyntaxUID })];
      }),
    );
    const series = await readContent(content);
    expect([...series.stored.subarray(0, frame.values.length)]).toEqual(frame.values);
  });
});

describe("compressed frames that are not what they should be", () => {
  const rle = "1.2.840.10008.1.2.5";

  test("noise in place of a frame is refused by name", async () => {
    for (const syntax of [rle, "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90"]) {
      const content = encapsulated(syntax, deep, () =>
        Uint8Array.from({ length: 200 }, (_, i) => (i * 37) % 251),
      );
      const error = await refusal(content);
      expect(error).toMatchObject({ tag: "input", code: "E-DECODE" });
      expect(error.message).toMatch(/\d\.dcm/);
    }
  });

  test("streams of another size than the header's never reach the decoder", async () => {
    const bySyntax = new Map(reference.frames.map((frame) => [frame.transferSyntaxUID, frame]));
    for (const syntax of ["70", "80", "90", "201"].map((last) => `1.2.840.10008.1.2.4.${last}`)) {
      const encoded = Buffer.from(bySyntax.get(syntax)!.encoded, "base64");
      const error = await refusal(encapsulated(syntax, deep, () => encoded));
      expect(error).toMatchObject({ tag: "input", code: "E-DECODE" });
      expect(error.message).toContain("are 12 x 8, its header says 20 x 16");
    }
  });

  test("after a frame that cannot be decoded the next one still can", async () => {
    await refusal(encapsulated("1.2.840.10008.1.2.4.90", deep, () => new Uint8Array(64)));
    await expectExact(encapsulated(rle, deep, encodeRle), deep);
  });

  test("frames in several fragments are put together", async () => {
    const content = Object.fromEntries(
      echoTimes.map((_, e) => {
        const encoded = encodeRle(toBytes(valuesOf(e, deep), deep));
        const fragments = [encoded.subarray(0, 100), encoded.subarray(100)];
        const elements = classicImage(0, e, {
          ...changes(deep, { table: [], fragments }),
        });
        return [`${e}.dcm`, encodeDicom(elements, { transferSyntaxUID: rle })];
      }),
    );
    await expectExact(content, deep);
  });

  test("an unknown transfer syntax is named", async () => {
    const content = encapsulated("1.2.840.10008.1.2.4.102", deep, (bytes) => bytes);
    const error = await refusal(content);
    expect(error).toMatchObject({ tag: "unsupported", code: "E-TRANSFER-SYNTAX" });
    expect(error.message).toContain("1.2.840.10008.1.2.4.102");
  });
});
