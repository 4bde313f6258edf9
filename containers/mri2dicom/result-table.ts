import { quoteCell } from "#shared/stats/quote-cell.ts";
import { describeGroups } from "./count-frames.ts";
import { byStudy, type Item } from "./item.ts";
import type { Mask } from "./mask-names.ts";

const columns = [
  "study",
  "examination",
  "reconstruction",
  "name",
  "status",
  "code",
  "reason",
  "frames",
  "groups",
  "series_number",
  "series_description",
  "images",
  "folder",
  "largest_error",
  "unit",
  "remarks",
  "study_instance_uid",
  "series_instance_uid",
] as const;
type Column = (typeof columns)[number];

/**
 * conversion.tsv: a row for each series, and one for everything that became none; UTF-8, tabs, `n/a` for what is missing.
 */
export function encodeConversionTable(items: readonly Item[], mask: Mask): string {
  const rows = [...byStudy(items).values()].flat().flatMap((item) => listRows(item, mask));
  const line = (cells: readonly string[]) =>
    `${cells.map((cell) => quoteCell(cell || "n/a", "\t")).join("\t")}\n`;
  return [line(columns), ...rows.map((row) => line(columns.map((name) => row[name] ?? "")))].join(
    "",
  );
}

function listRows(item: Item, mask: Mask): readonly Partial<Record<Column, string>>[] {
  const { conversion } = item;
  const common = {
    study: mask(item.study),
    examination: String(item.examination ?? ""),
    reconstruction: String(item.processing ?? ""),
    name: mask(item.name),
    status: item.status,
    code: item.code,
    reason: mask(item.text),
  };
  if (conversion === undefined) return [common];
  const { groups, frames, findings } = conversion;
  return conversion.series.map((series) => ({
    ...common,
    frames: String(frames),
    groups: describeGroups(groups, frames),
    series_number: String(series.seriesNumber),
    series_description: mask(series.seriesDescription),
    images: String(series.images),
    folder: series.folder,
    largest_error: String(series.largestError),
    unit: series.unit,
    remarks: [...new Set(findings.remarks.map(({ code }) => code))].join(" "),
    study_instance_uid: conversion.studyInstanceUID,
    series_instance_uid: series.seriesInstanceUID,
  }));
}
