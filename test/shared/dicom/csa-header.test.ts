import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csaNumbers, parseCsaHeader as parse } from "#shared/dicom/csa-header.ts";
import { encodeCsa } from "#test/phantom/diffusion-images.ts";

const parseCsaHeader = (bytes: Uint8Array) => parse(bytes, new Set(["A", ...Object.keys(content)]));

const content = {
  EchoLinePosition: [64],
  B_value: [1000],
  DiffusionGradientDirection: ["0.86243188", "-0.36244097", "0.35333803"],
  ImageHistory: [],
};

describe.each(["CSA1", "CSA2"] as const)("a %s header", (form) => {
  const bytes = encodeCsa(content, form);

  test("gives its tags and their values", () => {
    const tags = parseCsaHeader(bytes);
    expect([...tags.keys()]).toEqual(Object.keys(content));
    expect(csaNumbers(tags, "B_value", 1)).toEqual([1000]);
    expect(csaNumbers(tags, "DiffusionGradientDirection", 3)).toEqual([
      0.86243188, -0.36244097, 0.35333803,
    ]);
    expect(tags.get("ImageHistory")).toEqual([]);
    expect(csaNumbers(tags, "ImageHistory", 1)).toBeUndefined();
    expect(csaNumbers(tags, "B_value", 3)).toBeUndefined();
    expect(csaNumbers(tags, "Missing", 1)).toBeUndefined();
  });

  test("gives only the tags that are asked for", () => {
    const tags = parse(bytes, new Set(["B_value", "ImageHistory"]));
    expect([...tags]).toEqual([
      ["B_value", ["1000"]],
      ["ImageHistory", []],
    ]);
  });

  test("that is cut gives the tags before the cut", () => {
    for (let length = 0; length < bytes.length; length += 7) {
      const tags = parseCsaHeader(bytes.subarray(0, length));
      expect(tags.size).toBeLessThanOrEqual(4);
      for (const [name, values] of tags)
        expect(values).toEqual(content[name as "B_value"].map(String));
    }
  });

  test("with any word of it replaced is read in bounds", () => {
    fc.assert(
      fc.property(
        fc.nat(Math.floor(bytes.length / 4) - 1),
        fc.constantFrom(0, 1, 77, 128, 0x7fffffff, 0x80000000, 0xffffffff),
        (word, value) => {
          const broken = Buffer.from(bytes);
          broken.writeUInt32LE(value, 4 * word);
          expect(parseCsaHeader(broken).size).toBeLessThanOrEqual(128);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("what is no CSA header", () => {
  test.each([
    ["nothing", Buffer.alloc(0)],
    ["zeros", Buffer.alloc(1000)],
    [
      "a huge number of tags",
      Buffer.from("SV10\x04\x03\x02\x01\xff\xff\xff\xff\x4d\0\0\0", "latin1"),
    ],
    ["text", Buffer.from("<XProtocol> {}".repeat(50))],
  ])("%s has no tags", (_, bytes) => {
    expect(parseCsaHeader(bytes).size).toBe(0);
  });

  test("values that are no numbers are none", () => {
    expect(
      csaNumbers(parseCsaHeader(encodeCsa({ B_value: ["NaN"] })), "B_value", 1),
    ).toBeUndefined();
    expect(
      csaNumbers(parseCsaHeader(encodeCsa({ B_value: ["1e999"] })), "B_value", 1),
    ).toBeUndefined();
  });

  test("an item count of 4 thousand million ends at the end of the bytes", () => {
    const bytes = encodeCsa({ A: [1] });
    bytes.writeUInt32LE(0xffffffff, 16 + 76);
    expect(parseCsaHeader(bytes).size).toBe(0);
  });
});
