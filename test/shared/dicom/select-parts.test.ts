import { describe, expect, test } from "vitest";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { type Changes, classicImage, columns, rows } from "#test/phantom/dicom-images.ts";
import { readContent, refusal } from "./dicom-folder.ts";

const times = [100, 400, 1600];
const plane = columns * rows;

/** One slice at three inversion times; stored value `value(v, n)` of pixel v, signed 16 bits. */
function part(
  letter: string,
  value: (v: number, n: number) => number,
  changes: Changes = {},
  prefix = "",
) {
  return Object.fromEntries(
    times.map((time, n) => {
      const pixels = Buffer.alloc(2 * plane);
      for (let v = 0; v < plane; v++) pixels.writeInt16LE(value(v, n), 2 * v);
      const elements = classicImage(0, 0, {
        "00080008": ["CS", `ORIGINAL\\PRIMARY\\${letter}`],
        "00080018": ["UI", `1.2.6.${letter.charCodeAt(0)}${prefix.length}.${n}`],
        "00180082": ["DS", String(time)],
        "00280103": ["US", 1],
        "7FE00010": ["OW", pixels],
        ...changes,
      });
      return [`${prefix}${letter}${n}.dcm`, encodeDicom(elements)];
    }),
  );
}

const wish = (parts: "complex" | "real" | "any" | "magnitude") =>
  ({ contrast: "InversionTime", parts: { InversionTime: parts } }) as const;
const series = (number: number): Changes => ({
  "0020000E": ["UI", `1.2.7.${number}`],
  "00200011": ["IS", String(number)],
});
const real = (v: number, n: number) => 100 * n - 150 + v;
const imaginary = (v: number, n: number) => 50 - 30 * n - v;
/** All angles of a turn over the pixels. */
const phase = (v: number) => Math.round(-3142 + (6284 * v) / (plane - 1));

describe("real and imaginary images", () => {
  test.each(["complex", "any"] as const)("are one complex series (%s)", async (parts) => {
    const read = await readContent({ ...part("R", real), ...part("I", imaginary) }, wish(parts));
    expect(read.axis.values).toEqual([...times, ...times]);
    expect(read.parts).toEqual(["real", "real", "real", "imaginary", "imaginary", "imaginary"]);
    expect(read.stored).toHaveLength(6 * plane);
    for (const n of [0, 1, 2]) {
      expect(read.stored[n * plane + 7]).toBe(real(7, n));
      expect(read.stored[(3 + n) * plane + 7]).toBe(imaginary(7, n));
    }
    expect(read.identity.files).toHaveLength(6);
    expect(read.identity.sliceSources[0]).toHaveLength(6);
    expect(read.warnings).toEqual([]);
  });

  test("in two series are found together, with a third beside them", async () => {
    const files = {
      ...part("R", real, series(5)),
      ...part("I", imaginary, series(6)),
      ...part("M", () => 9, { ...series(7), "00180082": ["DS", "100"] }, "loc"),
    };
    const read = await readContent(files, wish("any"));
    expect(read.parts).toContain("imaginary");
    expect(read.identity.seriesNumber).toBe(5);
    expect(read.warnings).toMatchObject([{ code: "W-OTHER-SERIES" }]);
    expect(read.warnings[0]!.text).not.toContain("series 6");
  });

  test("that do not belong to the magnitudes are left out", async () => {
    const other = part("P", phase, { ...series(6), "00180082": ["DS", "100"] });
    const read = await readContent({ ...part("M", () => 9, series(5)), ...other }, wish("any"));
    expect(read.parts).toBeUndefined();
    expect(read.identity.seriesNumber).toBe(5);
    expect(read.warnings).toMatchObject([{ code: "W-OTHER-SERIES" }]);
  });

  test("of which one is missing are refused", async () => {
    const broken: Record<string, Uint8Array> = { ...part("R", real), ...part("I", imaginary) };
    delete broken["I1.dcm"];
    const error = await refusal(broken, wish("complex"));
    expect(error).toMatchObject({ tag: "input", code: "E-COMPLEX-PARTS" });
    expect(error.message).toContain("real images (3 inversion times");
  });
});

describe("magnitude and phase images", () => {
  const magnitude = () => 1000;

  test("become real and imaginary parts", async () => {
    const files = { ...part("M", magnitude), ...part("P", phase) };
    const read = await readContent(files, wish("any"));
    expect(read.parts).toHaveLength(6);
    expect(read.warnings).toMatchObject([{ code: "W-PHASE" }]);
    for (const v of [0, 5, plane - 1]) {
      expect(read.stored[v]).toBeCloseTo(1000 * Math.cos(phase(v) / 1000), 3);
      expect(read.stored[3 * plane + v]).toBeCloseTo(1000 * Math.sin(phase(v) / 1000), 3);
    }
  });

  test("with phases of Siemens, rescaled", async () => {
    const stored = (v: number) => Math.round((4095 * v) / (plane - 1));
    const rescale: Changes = { "00281052": ["DS", "-4096"], "00281053": ["DS", "2"] };
    const files = { ...part("M", magnitude), ...part("P", stored, rescale) };
    const read = await readContent(files, wish("complex"));
    const angle = ((2 * stored(5) - 4096) / 4096) * Math.PI;
    expect(read.stored[5]).toBeCloseTo(1000 * Math.cos(angle), 3);
  });

  test("in the display scale of Philips are angles, whatever its precise scale says", async () => {
    const rescale: Changes = {
      "00281052": ["DS", "-3142"],
      "00281053": ["DS", "2"],
      "00200010": ["SH", "1"],
      "20050010": ["LO", "Philips MR Imaging DD 001"],
      "2005100E": ["FL", 0.01],
    };
    const files = {
      ...part("M", magnitude),
      ...part("P", (v) => Math.round((3142 * v) / (plane - 1)), rescale),
    };
    expect((await readContent(files, wish("complex"))).warnings).toMatchObject([
      { code: "W-PHASE", text: expect.stringContaining("milliradians") },
    ]);
  });

  test("with phases in no known scaling are refused", async () => {
    const files = { ...part("M", magnitude), ...part("P", (v) => v) };
    expect(await refusal(files, wish("any"))).toMatchObject({ code: "E-PHASE-SCALE" });
  });
});

describe("one part alone", () => {
  test("real images are signed signals", async () => {
    const read = await readContent(part("R", real), wish("any"));
    expect(read.parts).toEqual(["real", "real", "real"]);
    expect(read.stored[0]).toBe(-150);
  });

  test("images that say nothing may hold restored signs", async () => {
    const read = await readContent(part("M", real), wish("real"));
    expect(read.parts).toBeUndefined();
    expect(read.stored[0]).toBe(-150);
  });

  test("is no complex signal", async () => {
    const error = await refusal(
      part("M", () => 1000),
      wish("complex"),
    );
    expect(error).toMatchObject({ tag: "input", code: "E-COMPLEX" });
    expect(error.message).toMatch(/3 magnitude images, but not both.*real and imaginary/);
  });

  test("magnitudes are used beside others for who wants magnitudes", async () => {
    const read = await readContent(
      { ...part("M", () => 1000), ...part("P", phase) },
      wish("magnitude"),
    );
    expect(read.parts).toBeUndefined();
    expect(read.warnings).toMatchObject([{ code: "W-PARTS" }]);
  });
});
