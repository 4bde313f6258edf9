import { expect, test } from "vitest";
import {
  type CollectionClaim,
  type MatchTarget,
  matchCollection,
} from "#shared/roi/match-collection.ts";
import type { Contour } from "#shared/roi/roi.ts";
import { planesOfGrid } from "#shared/volume/plane-stack.ts";

const planes = planesOfGrid({
  shape: [10, 8, 3],
  affineLps: [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 2, 100, 0, 0, 0, 1],
  origin: "dicom",
});
const target: MatchTarget = {
  planes,
  name: 'series 5 "T2" (1.5)',
  seriesInstanceUID: "1.5",
  frameOfReferenceUID: "1.9",
  frameOfReferenceUIDs: new Set(["1.9"]),
  sopInstanceUIDs: new Set(["1.5.1", "1.5.2", "1.5.3"]),
};

function outline(z: number, image: string, tilt = 0): Contour {
  return {
    kind: "closed",
    type: "CLOSED_PLANAR",
    space: "patient",
    points: Float64Array.of(0, 0, z, 2, 0, z, 2, 2, z + tilt),
    images: image === "" ? [] : [{ sopInstanceUID: image, frameNumber: undefined }],
    exclude: false,
  };
}

function claim(changes: Partial<CollectionClaim> = {}, ...contours: Contour[]): CollectionClaim {
  const shape = { form: "contours", contours } as const;
  return {
    kind: "RTSTRUCT",
    path: "a.dcm",
    name: "mouse",
    frameOfReferenceUID: "1.9",
    seriesInstanceUIDs: ["1.5"],
    rois: [{ number: 1, name: "kidney", uid: "", colour: undefined, shape }],
    ...changes,
  };
}

test("an image, or the series, ties a collection to it, whatever else it says", () => {
  const stale = { seriesInstanceUIDs: ["1.77"] };
  const byImage = matchCollection(claim(stale, outline(100, "1.5.1")), target, false);
  expect([byImage.by, byImage.images]).toEqual(["images", { named: 1, present: 1 }]);
  const bySeries = matchCollection(claim({}, outline(100, "1.77.1")), target, false);
  expect([bySeries.by, bySeries.images]).toEqual(["series", { named: 1, present: 0 }]);
  expect(bySeries.diagnostics).toEqual([]);
});

test("a frame of reference that one side does not state is no obstacle; two that differ are told", () => {
  for (const frameOfReferenceUIDs of [new Set<string>(), new Set(["1.9"])]) {
    const unknown = matchCollection(
      claim(
        { frameOfReferenceUID: frameOfReferenceUIDs.size === 0 ? "1.4" : "" },
        outline(100, ""),
      ),
      { ...target, frameOfReferenceUIDs },
      false,
    );
    expect([unknown.by, unknown.diagnostics]).toEqual(["series", []]);
  }
  const other = matchCollection(claim({ frameOfReferenceUID: "1.4" }), target, false);
  expect(other.diagnostics.map(({ code }) => code)).toEqual(["FOR_MISMATCH"]);
});

test("stale references are accepted where frame of reference and planes agree", () => {
  const stale = { seriesInstanceUIDs: ["1.77"] };
  const on = matchCollection(claim(stale, outline(102, "1.77.1")), target, false);
  expect([on.by, on.diagnostics.map(({ code, severity }) => [code, severity])]).toEqual([
    "planes",
    [["STALE_REFERENCE_IMAGES", "info"]],
  ]);
  const nothing = matchCollection(claim({ seriesInstanceUIDs: [] }, outline(0, "")), target, false);
  expect(nothing.by).toBe("nothing named");
});

test("outlines of another series are refused with both series, unless they are to be placed by geometry", () => {
  const coronal = claim({ seriesInstanceUIDs: ["1.6"] }, outline(102, "1.6.1", 3));
  const refused = matchCollection(coronal, target, false);
  expect(refused.by).toBe("none");
  expect(refused.refusal?.code).toBe("E-REFERENCE-SERIES");
  expect(refused.refusal?.message).toMatch(
    /"mouse" \(a.dcm\) was drawn on series 1.6, .* series 5 "T2" \(1.5\)/,
  );
  const forced = matchCollection(coronal, target, true);
  expect([forced.by, forced.refusal]).toEqual(["option", undefined]);
  expect(forced.diagnostics.map(({ code }) => code)).toEqual(["FOR_MISMATCH"]);
});

test("another frame of reference is refused with both of them", () => {
  const other = claim(
    { frameOfReferenceUID: "1.4", seriesInstanceUIDs: ["1.6"] },
    outline(102, ""),
  );
  const refused = matchCollection(other, target, false);
  expect(refused.refusal?.code).toBe("E-REFERENCE-FRAME");
  expect(refused.refusal?.message).toMatch(/1\.4 and to series 1\.6.*1\.9/);
  expect(matchCollection(other, target, true).by).toBe("option");
});

test("AIM needs an image or the series: geometry and options cannot help it", () => {
  const aim = claim({ kind: "AIM", seriesInstanceUIDs: ["1.6"] }, outline(102, "1.6.1"));
  for (const allowed of [false, true]) {
    const { refusal } = matchCollection(aim, target, allowed);
    expect(refusal?.message).toMatch(
      /refers to images of series 1.6, none of which is in .* \(series 5/,
    );
  }
});

test("coordinates that are no numbers, or huge, lie on no plane", () => {
  const stale = { seriesInstanceUIDs: ["1.77"] };
  for (const z of [Number.NaN, 1e308, Number.POSITIVE_INFINITY]) {
    expect(matchCollection(claim(stale, outline(z, "")), target, false).by).toBe("none");
  }
});
