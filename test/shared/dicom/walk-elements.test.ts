import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { memorySource } from "#shared/dicom/byte-source.ts";
import { inflate, readLayout } from "#shared/dicom/file-layout.ts";
import { explicitLittle, implicitLittle } from "#shared/dicom/transfer-syntax.ts";
import { walkElements } from "#shared/dicom/walk-elements.ts";
import { type ByteElement, encodeDicom } from "#test/phantom/dicom-bytes.ts";

const body = (elements: readonly ByteElement[], delimited = false) =>
  Buffer.from(encodeDicom(elements, { header: "none", delimited }));

const nested: readonly ByteElement[] = [
  [
    "00081140",
    "SQ",
    [[["00081155", "UI", "1.2"]], [["00082112", "SQ", [[["00080100", "SH", "x"]]]]]],
  ],
  ["00180081", "DS", "8"],
];

function walk(bytes: Uint8Array) {
  return walkElements(memorySource("file.dcm", bytes), 0, explicitLittle);
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "none";
}

describe("element walker", () => {
  test.each([false, true])("steps over sequences (delimited: %s)", (delimited) => {
    const { elements } = walk(body(nested, delimited));
    expect(elements.map(({ tag }) => tag.toString(16))).toEqual(["81140", "180081"]);
    expect(elements.at(-1)!.end).toBe(body(nested, delimited).length);
  });

  test("stops at the pixels without reading them", () => {
    const bytes = body([
      ["00180081", "DS", "8"],
      ["7FE00010", "OW", new Uint8Array(1000)],
    ]);
    const { elements } = walk(bytes.subarray(0, 30));
    expect(elements.at(-1)).toMatchObject({ tag: 0x7fe00010, end: bytes.length });
  });

  test("a length past the end of the file is a cut", () => {
    const bytes = body([["00180081", "DS", "8.25"]]);
    expect(codeOf(() => walk(bytes.subarray(0, bytes.length - 1)))).toBe("E-TRUNCATED");
    expect(codeOf(() => walk(bytes.subarray(0, 5)))).toBe("E-TRUNCATED");
  });

  test("a length past the end of its item is damage", () => {
    const bytes = body(nested);
    // The length of 1.2 in the first item.
    bytes.writeUInt16LE(500, bytes.indexOf("UI") + 2);
    expect(codeOf(() => walk(bytes))).toMatch(/E-BROKEN-DICOM|E-TRUNCATED/);
  });

  test("a sequence that is never ended is a cut", () => {
    const bytes = body(nested.slice(0, 1), true);
    expect(codeOf(() => walk(bytes.subarray(0, bytes.length - 8)))).toBe("E-TRUNCATED");
  });

  test("sequences nested without end are damage, not a stack overflow", () => {
    const item = Buffer.alloc(16);
    item.writeUInt16LE(0x0008, 0);
    item.writeUInt16LE(0x1140, 2);
    item.writeUInt32LE(0xffffffff, 4);
    item.writeUInt16LE(0xfffe, 8);
    item.writeUInt16LE(0xe000, 10);
    item.writeUInt32LE(0xffffffff, 12);
    const deep = Buffer.concat(Array.from({ length: 50_000 }, () => item));
    const source = memorySource("file.dcm", deep);
    expect(codeOf(() => walkElements(source, 0, implicitLittle))).toBe("E-BROKEN-DICOM");
  });

  test("more elements than any image has are damage, not gigabytes of objects", () => {
    const one = body([["00180081", "DS", ""]]);
    const many = Buffer.concat(Array.from({ length: 1_000_001 }, () => one));
    expect(codeOf(() => walk(many))).toBe("E-BROKEN-DICOM");
  });

  test("letters that are no VR are damage", () => {
    const bytes = body([["00180081", "DS", "8"]]);
    bytes.write("ZZ", 4);
    expect(codeOf(() => walk(bytes))).toBe("E-BROKEN-DICOM");
  });
});

describe("deflated files", () => {
  test("that unfold to more than memory should hold are refused", () => {
    const bomb = deflateRawSync(Buffer.alloc(300 * 2 ** 20), { level: 1 });
    expect(bomb.length).toBeLessThan(3e6);
    expect(codeOf(() => inflate(memorySource("bomb.dcm", bomb), 0))).toBe("E-BROKEN-DICOM");
  });

  test("that end too early are cut", () => {
    const bytes = encodeDicom(nested, { writing: "deflated" });
    const cut = memorySource("file.dcm", bytes.subarray(0, bytes.length - 12));
    expect(codeOf(() => readLayout(cut))).toBe("E-TRUNCATED");
  });
});

test("text, XML and NIfTI headers are no DICOM", () => {
  const nifti = Buffer.alloc(400);
  nifti.writeInt32LE(348);
  for (const bytes of [Buffer.from("<?xml version='1.0'?><a/>"), nifti, Buffer.alloc(500)]) {
    expect(readLayout(memorySource("other", bytes))).toBeUndefined();
  }
});
