import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { storedOf } from "#shared/paravision/pixel-survey.ts";
import { openRawPixels } from "#shared/paravision/read-pixels.ts";
import { requireImages } from "#shared/paravision/read-visu.ts";
import { storePixels } from "#shared/paravision/store-pixels.ts";
import { surveyPixels } from "#shared/paravision/survey-pixels.ts";
import { readScan } from "#test/phantom/raw-scan.ts";
import {
  findRawDataset,
  rawDatasets,
  readStated,
  type StatedReconstruction,
} from "./raw-datasets.ts";

// Every 2dseq of the raw datasets against the sums, extremes and percentiles that were computed of it.

interface StatedPixels extends StatedReconstruction {
  readonly perFrame: StatedReconstruction["perFrame"] & { readonly storedSum?: readonly number[] };
  readonly realValues?: Readonly<Record<string, number>>;
}

describe.each(rawDatasets)("%s", (name) => {
  const folder = findRawDataset(name);
  const stated = folder === undefined ? [] : (readStated(folder) as readonly StatedPixels[]);
  const converted = stated.filter(
    ({ expect: what, path }) => what === "convert" && existsSync(join(folder!, path, "2dseq")),
  );

  test.skipIf(converted.length === 0)("stored pixels are those of the file, frame by frame", () => {
    for (const { path, perFrame, realValues } of converted) {
      const absolutePath = join(folder!, path, "2dseq");
      const { size } = statSync(absolutePath);
      const { scan, remarks } = readScan(join(folder!, path));
      expect(requireImages(scan.visu, size)).toBeUndefined();
      const pixels = openRawPixels({ path, absolutePath, size });
      try {
        const survey = surveyPixels(scan, pixels);
        const described = perFrame.storedMin!.map((_, frame) => storedOf(survey, frame));
        expect(survey.series.map(({ largestError }) => largestError)).toEqual(
          survey.series.map(() => 0),
        );
        const { frameCount } = scan.visu;
        expect(described.map(({ smallest }) => smallest)).toEqual(perFrame.storedMin);
        expect(described.map(({ largest }) => largest)).toEqual(perFrame.storedMax);
        for (let frame = 0; frame < frameCount; frame++) {
          const bytes = size / frameCount;
          const raw = pixels.read(frame * bytes, bytes);
          const written = Buffer.from(storePixels(scan, survey, { frame, partition: 0 }, raw));
          let sum = 0;
          for (let at = 0; at < written.length; at += 2) sum += written.readInt16LE(at);
          expect(sum).toBe(perFrame.storedSum![frame]);
          const digest = createHash("sha256").update(written).digest("hex").slice(0, 16);
          expect(digest).toBe(perFrame.sha256First16![frame]);
        }
        const { windowCenter, windowWidth } = described[0]!;
        const ends = [windowCenter - windowWidth / 2, windowCenter + windowWidth / 2];
        const percentiles = [realValues!["percentile0_5"]!, realValues!["percentile99_5"]!];
        // Those are interpolated between two neighbours of which ours is one; bright pixels lie some steps apart.
        const range = realValues!["max"]! - realValues!["min"]!;
        for (const [n, end] of ends.entries()) {
          expect(Math.abs(end - percentiles[n]!)).toBeLessThan(3e-4 * range);
        }
        expect(remarks).toEqual([]);
      } finally {
        pixels.close();
      }
    }
  });
});
