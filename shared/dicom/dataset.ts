import type { DicomJson } from "#shared/volume/series-volume.ts";
import { type Keyword, tags } from "./tags.ts";

/** First value of an attribute as text without padding; empty when there is none. */
export function readText(dataset: DicomJson, keyword: Keyword): string {
  return readTexts(dataset, keyword)[0] ?? "";
}

/** All values of an attribute as text without padding. */
export function readTexts(dataset: DicomJson, keyword: Keyword): readonly string[] {
  return (dataset[tags[keyword]]?.Value ?? [])
    .filter((value) => typeof value === "string" || typeof value === "number")
    .map((value) =>
      String(value)
        .replace(/[\0 ]+$/, "")
        .trimStart(),
    );
}

/** First value of an attribute as a finite number; undefined when it is missing or is none. */
export function readNumber(dataset: DicomJson, keyword: Keyword): number | undefined {
  const value = dataset[tags[keyword]]?.Value?.[0];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Exactly `count` finite numbers, else undefined. */
export function readNumbers(
  dataset: DicomJson,
  keyword: Keyword,
  count: number,
): readonly number[] | undefined {
  const values = dataset[tags[keyword]]?.Value;
  if (values === undefined || values.length !== count) return undefined;
  return values.every((value) => typeof value === "number" && Number.isFinite(value))
    ? (values as number[])
    : undefined;
}

/** Items of a sequence; none when it is missing or no sequence. */
export function readItems(dataset: DicomJson, keyword: Keyword): readonly DicomJson[] {
  return itemsAt(dataset, tags[keyword]);
}

/** First item of a sequence in the first of several places that has one: functional groups, then the file. */
export function findItem(places: readonly DicomJson[], sequence: Keyword): DicomJson | undefined {
  for (const place of places) {
    const item = readItems(place, sequence)[0];
    if (item !== undefined) return item;
  }
  return undefined;
}

/** Items of the sequence at a tag given as 8 hex digits. */
export function itemsAt(dataset: DicomJson, tag: string): readonly DicomJson[] {
  const element = dataset[tag];
  return element?.vr === "SQ" ? ((element.Value ?? []) as readonly DicomJson[]) : [];
}
