import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isProgramError } from "#shared/errors.ts";
import { findRegionDataset } from "#test/acceptance/dataset.ts";
import {
  type MemoryRun,
  rowsOf,
  runInMemory,
} from "#test/containers/mask-average/run-in-memory.ts";

// The inputs of the dataset bad-inputs that must not be accepted silently: outcome and facts of each sentence as it states them.

interface BadInput {
  readonly id: string;
  readonly rois: string;
  readonly reference: string;
  readonly map: string;
  readonly outcome: string;
}

const folder = findRegionDataset("bad-inputs", "bad-inputs.json");
const items: readonly BadInput[] =
  folder === undefined
    ? []
    : (JSON.parse(readFileSync(join(folder, "bad-inputs.json"), "utf8")).items as BadInput[]);

/** What must be said, by the id of the input: the facts of the dataset's example sentence. */
const facts: Readonly<Record<string, readonly RegExp[]>> = {
  "wrong-series": [
    /2\.25\.4153652346489054779659276675858302123/,
    /2\.25\.9996971651610899761198086305651607763/,
  ],
  "wrong-series-aim": [
    /2\.25\.4153652346489054779659276675858302123/,
    /2\.25\.9996971651610899761198086305651607763/,
  ],
  "missing-sops": [/slices 3 and 4 of 6/i, /missing/, /3 mm/],
  "empty-rtstruct": [/no regions/, /Structure ?Set ?ROI ?Sequence/i],
  "rois-without-contours": [
    /kidney1/,
    /kidney 2 \(left\)/,
    /no contour|none has a contour|without (a )?contour/i,
  ],
  "point-only": [/ROI 11/, /"point"/, /POINT/],
  "truncated-rtstruct": [/31420/],
  "truncated-preamble": [/100 bytes/],
  "zero-bytes": [/empty/, /0 bytes/],
  "truncated-reference-image": [/MRIm003\.dcm/],
  "xml-bomb": [/document type|DOCTYPE/i],
  "xml-external-entity": [/external entity/i],
  "xml-malformed": [/well-formed/, /line 48\d\d/],
  "xml-wrong-encoding": [/UTF-8/],
  "aim-version-3": [/version 3/i, /AIM/],
  "not-aim": [/catalog/],
  "aim-bad-coordinates": [/kidney1/, /"NaN"/, /"abc"/],
  "seg-frame-count-too-high": [/13/, /11/],
  "seg-frame-description-missing": [/11/, /10/],
  "seg-unknown-segment": [/frame 4/i, /segment 9/],
  "seg-outside-stack": [/None of the 3 regions/, /3[6-9](\.\d+)? mm/],
  "map-other-frame": [/4[01]\d(\.\d+)? mm/],
  "map-without-orientation": [/orientation/, /assume-same-fov/],
  "map-truncated": [/ends early|cut short|incomplete|truncated/i],
  "map-header-claims-too-much": [/30000 x 30000 x 30000|27000000000000|bytes/],
  "map-not-nifti": [/not (a )?NIfTI/i],
  "map-singular-affine": [/singular/],
  "map-4d-without-volume-choice": [/2 volumes/],
  "rtstruct-other-frame-of-reference": [/frame of reference/i],
  "contour-data-not-triplets": [/kidney1/, /143/, /three/],
  "contour-data-empty-number": [/kidney1/, /second contour|contour 2/i, /11/],
  "contour-with-two-points": [/kidney1/, /two points|2 points|fewer than (3|three)/i],
  "mixed-xor-and-closed-planar": [/kidney1/, /CLOSED_PLANAR/, /CLOSEDPLANAR_XOR/],
  "contour-between-slices": [/kidney1/, /0\.50? mm/],
  "contour-not-planar": [/kidney1/, /1\.20? mm/],
  "roi-outside-image": [/kidney1/, /outside/],
  "contour-huge-coordinate": [/kidney1/, /1e\+?308/],
  "contour-of-unknown-roi": [/ROI number 7|ROINumber 7|\b7\b/, /kidney 2 \(left\)/],
  "mixed-orientations": [/2 orientations/],
  "two-series-in-folder": [/2 series/, /2\.25\.9996971651610899761198086305651607763/],
  "no-collection": [/No ROI collection|no region/i, /measurements/],
  "reference-is-not-an-image": [/no images/, /RTSTRUCT|Structure Set/i],
};

/** Everything a run says to a person or a program. */
function said({ written, said: lines, partial }: MemoryRun): string {
  const files = ["report/status.json", "report/diagnostics.json", "stats/roi_statistics.json"];
  const texts = files.map((path) => Buffer.from(written.get(path) ?? []).toString("utf8"));
  return [...texts, ...lines, ...partial].join("\n").replaceAll('\\"', '"');
}

describe.skipIf(folder === undefined)("inputs that must not be accepted silently", () => {
  test("are all here", () => {
    expect(items.map(({ id }) => id).sort()).toEqual(Object.keys(facts).sort());
  });

  test.each(items)("$id: $outcome", async ({ id, rois, reference, map, outcome }) => {
    const before = process.memoryUsage().rss;
    const started = performance.now();
    const words = ["--reference", reference, "--roi", rois, "--map", map];
    const run = await runInMemory(
      ...words.map((word) => (word.startsWith("--") ? word : join(folder!, word))),
      "--output=unused",
    ).catch((error: unknown) => error);
    const seconds = (performance.now() - started) / 1000;
    let text: string;
    if (run instanceof Error) {
      expect(isProgramError(run), run.stack).toBe(true);
      expect(outcome).toContain("error");
      text = run.message;
      // A refusal is soon there and small; measured runs draw pages.
      expect(seconds).toBeLessThan(5);
      expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
    } else {
      expect(outcome).not.toBe("error");
      const result = run as MemoryRun;
      text = said(result);
      expect(rowsOf(result).some(({ n_valid }) => Number(n_valid) > 0)).toBe(true);
      if (outcome === "partial") expect(result.partial).not.toEqual([]);
    }
    for (const fact of facts[id] ?? []) expect(text).toMatch(fact);
  });
});
