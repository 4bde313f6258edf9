import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type MadeScan, makeScan, type RawTexts } from "../phantom/raw-scan.ts";
import { findRawDataset } from "./raw-datasets.ts";

const dataset = findRawDataset("acidocest_pv601");
const folder = dataset && join(dataset, "../synthetic");

/** Whether the tables of parameters for scans without pixels are here. */
export const haveTables = folder !== undefined && existsSync(join(folder, "cest_trains.json"));

/** A parameter of a table: what follows `##$Name=`. */
export interface TableEntry {
  readonly text: string;
}

export type TableEntries = Readonly<Record<string, TableEntry>>;

/** A table of parameters and what must come of them. */
export function readTable<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder!, name), "utf8")) as T;
}

export function textsOf(entries: TableEntries): RawTexts {
  return Object.fromEntries(Object.entries(entries).map(([name, { text }]) => [name, text]));
}

/** Planes for as many slices as the groups have; the tables of repetition times keep those of their source. */
export function planes(groups: readonly (readonly [string, number])[]): RawTexts {
  const slices = groups.find(([id]) => id === "FG_SLICE")?.[1] ?? 1;
  const rows = (row: (n: number) => string) => Array.from({ length: slices }, (_, n) => row(n));
  return {
    VisuCoreOrientation: `( ${slices}, 9 )\n${rows(() => "1 0 0 0 1 0 0 0 1").join(" ")}`,
    VisuCorePosition: `( ${slices}, 3 )\n${rows((n) => `-10 -10 ${n}`).join(" ")}`,
    VisuCoreDataSlope: "( 1 )\n1",
    VisuCoreDataOffs: "( 1 )\n0",
    VisuCoreSlicePacksDef: slices === 1 ? "(-1, 1)" : "(0, 1)",
    VisuCoreSlicePacksSlices: `( 1 )\n(0, ${slices})`,
  };
}

/** A case of rarevtr_t1.json. */
export interface RepetitionCase {
  readonly id: string;
  readonly groups: readonly (readonly [string, number])[];
  readonly frameTable: Readonly<
    Record<"RepetitionTime" | "AcquisitionNumber", readonly number[]>
  > & {
    readonly EchoTime?: readonly number[];
  };
  readonly "visu_pars overrides": RawTexts;
  readonly "method overrides": RawTexts;
}

interface RepetitionTable {
  readonly "visu_pars base": TableEntries;
  readonly "method base": TableEntries;
  readonly cases: readonly RepetitionCase[];
}

const repetitions = haveTables ? readTable<RepetitionTable>("rarevtr_t1.json") : undefined;

export const repetitionCases: readonly RepetitionCase[] = repetitions?.cases ?? [];

/**
 * The scan of a case.
 *
 * @param more - parameters of visu_pars that stand instead; empty ones are left out
 */
export function repetitionScan(made: RepetitionCase, more: RawTexts = {}): MadeScan {
  const all = {
    ...textsOf(repetitions!["visu_pars base"]),
    ...made["visu_pars overrides"],
    ...planes(made.groups),
    ...more,
  };
  const visu = Object.fromEntries(Object.entries(all).filter(([, text]) => text !== ""));
  const method = { ...textsOf(repetitions!["method base"]), ...made["method overrides"] };
  return makeScan(visu, { method });
}
