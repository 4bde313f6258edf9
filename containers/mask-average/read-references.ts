import { existsSync, readdirSync } from "node:fs";
import type { OptionsOf } from "#command-json/define-command.ts";
import { InputError, isProgramError, type ProgramError } from "#shared/errors.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { type ReferenceSeries, readReference } from "#shared/roi/read-reference.ts";
import type { RoiCollection } from "#shared/roi/roi.ts";
import type { command } from "./command.ts";

/** The series the collections of a run were drawn on. */
export interface References {
  /** Each series once; the first is the one most collections belong to. Empty where no reference was given. */
  readonly series: readonly ReferenceSeries[];
  /** For each collection its series, or why it has none; neither when no reference was given. */
  readonly ofCollection: readonly {
    readonly series: ReferenceSeries | undefined;
    readonly refusal: ProgramError | undefined;
  }[];
}

/**
 * The series of the reference folder that each collection was drawn on: one for most runs, several for a session with collections on
 * several scans. Without a reference folder there is none, which regions in millimetres do not need.
 *
 * @throws InputError as readReference does, when no collection belongs to any series of the folder
 */
export async function readReferences(
  collections: readonly RoiCollection[],
  options: Pick<OptionsOf<typeof command>, "reference" | "allow-other-series">,
  { given, pool }: Pick<ProgramContext, "given" | "pool">,
): Promise<References> {
  if (!given.has("reference") && isMissing(options.reference)) {
    const none = { series: undefined, refusal: undefined };
    return { series: [], ofCollection: collections.map(() => none) };
  }
  const series: ReferenceSeries[] = [];
  const found = new Map<RoiCollection, ReferenceSeries>();
  const refusals = new Map<RoiCollection, ProgramError>();
  let left = collections;
  do {
    const claims = left;
    let one: ReferenceSeries;
    try {
      const allowOtherSeries = options["allow-other-series"];
      one = await readReference(options.reference, { collections: claims, allowOtherSeries }, pool);
    } catch (error) {
      // The others have their series; these keep the refusal they met first.
      if (series.length === 0 || !isProgramError(error)) throw error;
      break;
    }
    series.push(one);
    one.matches.forEach(({ refusal }, n) => {
      const collection = claims[n]!;
      if (refusal === undefined) found.set(collection, one);
      else if (!refusals.has(collection)) refusals.set(collection, refusal);
    });
    left = claims.filter((collection) => !found.has(collection));
    if (left.length === claims.length) break;
  } while (left.length > 0);
  return {
    series,
    ofCollection: collections.map((collection) => {
      const own = found.get(collection);
      return { series: own, refusal: own === undefined ? refusals.get(collection) : undefined };
    }),
  };
}

/** The refusal of outlines in pixels of images that were not given. */
export function needsReference({ path }: RoiCollection): InputError {
  return new InputError(
    "E-REFERENCE-MISSING",
    `The AIM collection ${path} is drawn in pixels of images, and no reference series is given: its regions have no place in space.`,
    "Give the folder of the series it was drawn on with --reference.",
  );
}

/** A default folder that is not there, or empty, was not meant. */
export function isMissing(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).length === 0;
}
