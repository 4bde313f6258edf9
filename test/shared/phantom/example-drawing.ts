import type { DrawnCollection } from "#shared/phantom/drawn-collection.ts";
import { imagesDrawnOn } from "#shared/phantom/encode-scan.ts";
import { drawRegions, organPlans } from "#shared/phantom/mouse-regions.ts";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";

export const identity = {
  project: "SAMPLE",
  subject: "DM01",
  session: "DM01_MR1",
  fingerprint: "a test",
};

const plan = sessionPlan().find(({ number }) => number === 3)!;

/** The images of the T2 scan that were drawn on: of each slice the fourth echo. */
export const images = imagesDrawnOn(plan, identity, 3);

export const collection: DrawnCollection = {
  label: "AIM_20260112_101500_123_S3",
  name: "mouse organs",
  date: "20260112",
  time: "101500",
  regions: drawRegions(organPlans, plan.grid),
};

export interface ParsedAim {
  readonly name: string;
  readonly colour: string;
  readonly outlines: readonly {
    readonly image: string;
    readonly indices: readonly number[];
    /** Corner-based pixels, as stored. */
    readonly points: readonly (readonly [number, number])[];
  }[];
}

/** The polylines of an AIM file, by regular expressions. */
export function parseAim(xml: string): readonly ParsedAim[] {
  return xml
    .split("<ImageAnnotation>")
    .slice(1)
    .map((annotation) => {
      const markups = annotation.split("<MarkupEntity ").slice(1);
      return {
        name: / {12}<name value="([^"]*)"/.exec(annotation)![1]!,
        colour: /<lineColour value="([^"]*)"/.exec(annotation)![1]!,
        outlines: markups.map((markup) => {
          const corners = markup.matchAll(
            /<coordinateIndex value="(\d+)"\/>\s*<x value="([^"]+)"\/>\s*<y value="([^"]+)"\/>/g,
          );
          const list = [...corners].map(
            ([, n, x, y]) => [Number(n), Number(x), Number(y)] as const,
          );
          return {
            image: /<imageReferenceUid root="([^"]+)"/.exec(markup)![1]!,
            indices: list.map(([n]) => n),
            points: list.map(([, x, y]) => [x, y] as const),
          };
        }),
      };
    });
}
