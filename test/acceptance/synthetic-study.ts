import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WordType } from "#shared/paravision/visu.ts";
import { dialects, type ParaVisionVersion } from "#shared/phantom/paravision/dialect.ts";
import { encodeParameters } from "#shared/phantom/paravision/encode-parameters.ts";
import { encodeStored, type StoredValue } from "#shared/phantom/paravision/encode-stored.ts";
import { type Parameters, verbatim } from "#shared/phantom/paravision/parameter.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Parameters as a table lists them: what follows `##$Name=`, alone or beside the numbers it holds. */
export type ParameterTable = Readonly<Record<string, string | { readonly text: string }>>;

/** A table of synthetic/, or undefined when the reference data are not here. */
export function readTables(name: string): unknown {
  const base = process.env["XNAT_PIC_DATA"] ?? join(root, "../shared/data");
  const path = join(base, "bruker/synthetic", `${name}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

/** A reconstruction whose parameters stand in tables. */
export interface TabledReconstruction {
  readonly version: ParaVisionVersion;
  readonly examination: number;
  readonly processing: number;
  /** The later one wins. */
  readonly visu: readonly ParameterTable[];
  /** Left alone when it is empty, for further reconstructions of an examination. */
  readonly method: readonly ParameterTable[];
  readonly wordType: WordType;
  readonly size: readonly number[];
  readonly frames: number;
  /** Real value of a pixel; what is stored is that over the slope. */
  readonly value: StoredValue;
  readonly slope: (frame: number) => number;
}

/** Writes it below the folder of a study. */
export function writeTabled(study: string, tabled: TabledReconstruction): void {
  const { examination, processing, version, method, visu, frames } = tabled;
  const dialect = dialects[version];
  const frame = { owner: "nmrsu", written: "2026-01-05T10:00:00,000+0100", place: "synthetic" };
  const folder = join(study, String(examination), "pdata", String(processing));
  mkdirSync(folder, { recursive: true });
  if (method.length > 0) {
    const bytes = encodeParameters(verbatimValues(method), dialect, frame);
    writeFileSync(join(study, String(examination), "method"), bytes);
  }
  writeFileSync(join(folder, "visu_pars"), encodeParameters(verbatimValues(visu), dialect, frame));
  const { bytes } = encodeStored(tabled.wordType, true, tabled.size, frames, (n, x, y, z) => {
    const stored = tabled.value(n, x, y, z) / tabled.slope(n);
    return tabled.wordType === "float32" ? stored : Math.round(stored);
  });
  writeFileSync(join(folder, "2dseq"), bytes);
}

function verbatimValues(tables: readonly ParameterTable[]): Parameters {
  const entries = tables
    .flatMap((table) => Object.entries(table))
    .map(
      ([name, value]) => [name, verbatim(typeof value === "string" ? value : value.text)] as const,
    );
  return Object.fromEntries(entries);
}
