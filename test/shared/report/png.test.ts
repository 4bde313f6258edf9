import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { encodePng, type Picture } from "#shared/report/png.ts";
import { askPython, inFolder } from "#test/shared/nifti/debian-tools.ts";

const palette = Uint8Array.from([0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 128, 9, 8, 7, 255]);
const pictures: Picture[] = [
  { width: 3, height: 2, kind: "grey", pixels: Uint8Array.from([0, 1, 2, 253, 254, 255]) },
  { width: 1, height: 2, kind: "rgb", pixels: Uint8Array.from([1, 2, 3, 4, 5, 6]) },
  { width: 2, height: 1, kind: "rgba", pixels: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]) },
  { width: 5, height: 1, kind: "palette", pixels: Uint8Array.from([0, 1, 2, 3, 1]), palette },
];

/** Type and content of each chunk; the checksum of each is compared on the way. */
function readChunks(png: Uint8Array): [string, Uint8Array][] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: [string, Uint8Array][] = [];
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at);
    expect(view.getUint32(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)));
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    chunks.push([type, png.subarray(at + 8, at + 8 + length)]);
    at += 12 + length;
  }
  return chunks;
}

describe("a PNG file", () => {
  test("has the signature, checksums that fit, and the pixels behind a filter byte for each row", () => {
    const png = encodePng(pictures[0]!);
    expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    const chunks = readChunks(png);
    expect(chunks.map(([type]) => type)).toEqual(["IHDR", "IDAT", "IEND"]);
    expect([...inflateSync(chunks[1]![1])]).toEqual([0, 0, 1, 2, 0, 253, 254, 255]);
  });

  test("same picture, same bytes", () => {
    for (const picture of pictures) expect(encodePng(picture)).toEqual(encodePng(picture));
  });

  test("opacities are written up to the last colour that is not opaque", () => {
    const chunks = new Map(readChunks(encodePng(pictures[3]!)));
    expect([...(chunks.get("tRNS") ?? [])]).toEqual([0, 255, 128]);
    expect(chunks.get("PLTE")).toHaveLength(12);
  });

  test("pixels that do not fill the picture are refused", () => {
    expect(() => encodePng({ ...pictures[0]!, width: 4 })).toThrow("a grey picture of 4 x 2");
    expect(() => encodePng({ ...pictures[0]!, width: 0 })).toThrow();
    expect(() => encodePng({ ...pictures[3]!, palette: new Uint8Array(0) })).toThrow("palette");
  });
});

const script = `
import sys, json
from PIL import Image
print(json.dumps([[i.mode, list(i.size), [list(p) for p in i.convert('RGBA').getdata()]] for i in map(Image.open, sys.argv[1:])]))
`;

function hasPillow(): boolean {
  try {
    return askPython("import PIL; print(1)", []) === 1;
  } catch {
    return false;
  }
}

describe.skipIf(!hasPillow())("read by Pillow (needs Debian's python3-pil)", () => {
  test("every kind gives its pixels back", async () => {
    const read = await inFolder((folder) => {
      const paths = pictures.map((picture, n) => {
        const path = join(folder, `${n}.png`);
        writeFileSync(path, encodePng(picture));
        return path;
      });
      return askPython(script, paths);
    });
    expect(read).toEqual([
      ["L", [3, 2], [0, 1, 2, 253, 254, 255].map((v) => [v, v, v, 255])],
      [
        "RGB",
        [1, 2],
        [
          [1, 2, 3, 255],
          [4, 5, 6, 255],
        ],
      ],
      [
        "RGBA",
        [2, 1],
        [
          [1, 2, 3, 4],
          [5, 6, 7, 8],
        ],
      ],
      [
        "P",
        [5, 1],
        [
          [0, 0, 0, 0],
          [255, 0, 0, 255],
          [0, 0, 255, 128],
          [9, 8, 7, 255],
          [255, 0, 0, 255],
        ],
      ],
    ]);
  });
});
