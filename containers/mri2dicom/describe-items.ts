import { createHash } from "node:crypto";
import type { ConvertedFile } from "#shared/paravision/conversion-record.ts";
import { byStudy, type Item } from "./item.ts";
import type { Mask } from "./mask-names.ts";

/** What is said of the files of a conversion: all of it in report.json, a digest of them in provenance.json. */
export type DescribeFiles = (files: readonly ConvertedFile[]) => object;

/** The items of a run as report.json has them, study by study; no name in it where the mask hides names. */
export function describeItems(
  items: readonly Item[],
  mask: Mask,
  describeFiles: DescribeFiles,
): readonly object[] {
  return [...byStudy(items)].map(([study, own]) => {
    const uids = own.flatMap(({ conversion }) => conversion?.studyInstanceUID ?? []);
    return {
      study: mask(study),
      studyInstanceUID: uids[0] ?? null,
      reconstructions: own.map((item) => describeItem(item, mask, describeFiles)),
    };
  });
}

function describeItem(item: Item, mask: Mask, describeFiles: DescribeFiles): object {
  const { conversion } = item;
  const identity = {
    path: mask(item.path),
    examination: item.examination ?? null,
    reconstruction: item.processing ?? null,
    name: mask(item.name),
    status: item.status,
    code: item.code || null,
    reason: mask(item.text) || null,
  };
  if (conversion === undefined) return identity;
  const { findings, files } = conversion;
  return {
    ...identity,
    frames: conversion.frames,
    groups: conversion.groups,
    series: conversion.series.map((series) => ({
      ...series,
      seriesDescription: mask(series.seriesDescription),
    })),
    sources: mapValues(findings.sources, mask),
    missing: findings.missing.map(({ parameter, instead }) => ({
      parameter,
      instead: mask(instead),
    })),
    remarks: findings.remarks.map(({ code, text }) => ({ code, text: mask(text) })),
    files: describeFiles(files),
  };
}

/** How many files there are, and one SHA-256 over theirs, sorted, one a line. */
export function digestFiles(files: readonly ConvertedFile[]): object {
  const hash = createHash("sha256");
  for (const digest of files.map(({ sha256 }) => sha256).sort()) hash.update(`${digest}\n`);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { count: files.length, bytes, digest: hash.digest("hex") };
}

function mapValues(
  values: Readonly<Record<string, string>>,
  mask: Mask,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, mask(value)]));
}
