import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readScan } from "../phantom/raw-scan.ts";
import { writeScan } from "../phantom/write-scan.ts";
import { newFolder } from "./launch.ts";
import { type ParsedItem, parseInstance } from "./parse-instance.ts";
import { findRawDataset } from "./raw-datasets.ts";

// Saturation offsets of two real CEST scans of a mouse (a list of 44 offsets, four and six times): water is saturated best at
// its own frequency, so the Z-spectrum that the files give must be least at 0 Hz, and repeats of an offset must agree.

const folder = findRawDataset("acidocest_pv601");
const offsetHz = "10611014";

/** Signal of each image in a region that the unsaturated images show, and its offset, of files read by another reader. */
function readSpectrum(files: readonly ParsedItem[]) {
  const images = files.map((file) => {
    const bytes = file.bytes("7FE00010");
    const [slope = 1] = file.numbers("00281053");
    const pixels = Array.from({ length: bytes.length / 2 }, (_, n) => bytes.readInt16LE(2 * n));
    return { hz: file.numbers(offsetHz)[0]!, pixels: pixels.map((value) => value * slope) };
  });
  // The first three offsets are 100 ppm away.
  const mean = images[0]!.pixels.map(
    (_, n) => [0, 1, 2].reduce((sum, image) => sum + images[image]!.pixels[n]!, 0) / 3,
  );
  const most = Math.max(...mean);
  const region = mean.flatMap((value, n) => (value > most / 2 ? [n] : []));
  const signals = images.map(({ hz, pixels }) => ({
    hz,
    signal: region.reduce((sum, n) => sum + pixels[n]!, 0) / region.length,
  }));
  return { regionPixels: region.length, signals };
}

/** Mean over offsets of the standard deviation of the repeats over their mean. */
function spreadOfRepeats(signals: readonly { hz: number; signal: number }[], offsets: number) {
  const parts = Array.from({ length: offsets }, (_, n) => {
    const own = signals.filter((_one, image) => image % offsets === n);
    expect(new Set(own.map(({ hz }) => hz)).size).toBe(1);
    const mean = own.reduce((sum, { signal }) => sum + signal, 0) / own.length;
    const squares = own.reduce((sum, { signal }) => sum + (signal - mean) ** 2, 0);
    return Math.sqrt(squares / (own.length - 1)) / mean;
  });
  return parts.reduce((sum, part) => sum + part, 0) / offsets;
}

describe.skipIf(folder === undefined)("the Z-spectrum of converted CEST scans", () => {
  test.each([
    { examination: 4, regionPixels: 509, least: 14.00327, spread: 0.009138 },
    { examination: 5, regionPixels: 434, least: 9.751458, spread: 0.02655 },
  ])("examination $examination is least at 0 Hz", (stated) => {
    const place = join(folder!, String(stated.examination), "pdata/1");
    const { scan } = readScan(place);
    const pixels = readFileSync(join(place, "2dseq"));
    const slope = Number(scan.visu.file.get("VisuCoreDataSlope")!.values[0]);
    const bytes = pixels.length / scan.visu.frameCount;
    const paths = writeScan(scan, newFolder(), slope, ({ frame }) =>
      pixels.subarray(frame * bytes, (frame + 1) * bytes),
    );
    const { regionPixels, signals } = readSpectrum(paths.map(parseInstance));
    expect(regionPixels).toBe(stated.regionPixels);
    const least = signals.reduce((best, one) => (one.signal < best.signal ? one : best));
    expect(least.hz).toBe(0);
    const atWater = signals.filter(({ hz }) => hz === 0).map(({ signal }) => signal);
    const mean = atWater.reduce((sum, signal) => sum + signal, 0) / atWater.length;
    expect(mean).toBeCloseTo(stated.least, 3);
    expect(spreadOfRepeats(signals, 44) / stated.spread).toBeCloseTo(1, 3);
  });
});
