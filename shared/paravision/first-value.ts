import { textOf } from "./jcamp.ts";
import type { ParameterFile } from "./parameter-file.ts";
import type { RawScan } from "./raw-scan.ts";

/**
 * The parameter file a name belongs to, by the begin of the name: `Visu` visu_pars, `SUBJECT_` subject, `ACQ_` acqp, `RECO_`
 * reco, all others (`PVM_`, those of methods) method.
 */
export function fileOf(scan: RawScan, name: string): ParameterFile | undefined {
  if (name.startsWith("Visu")) return scan.visu.file;
  if (name.startsWith("SUBJECT_")) return scan.subject;
  if (name.startsWith("ACQ_")) return scan.acqp;
  if (name.startsWith("RECO")) return scan.reco;
  if (name === "OWNER") return scan.visu.file;
  return scan.method;
}

/**
 * The first of several parameters that holds text: the sources of a row in their order. Entries that name no parameter
 * (`--species`, `study folder`) are passed over.
 *
 * @param keyword - whose source the finding is noted as; empty to note none
 * @returns trimmed; empty when no parameter holds text
 */
export function firstText(scan: RawScan, keyword: string, sources: readonly string[]): string {
  for (const name of sources) {
    if (!/^\w+$/.test(name)) continue;
    const file = fileOf(scan, name);
    const text = (name === "OWNER" ? ownerOf(scan) : textOf(file, name)).trim();
    if (file === undefined || text === "") continue;
    if (keyword !== "") scan.findings.source(keyword, `${name} of ${file.path}`);
    return text;
  }
  return "";
}

/** Login of the console at which the images were made. */
export function ownerOf(scan: RawScan): string {
  return scan.visu.file.labels.get("OWNER") ?? "";
}

/** The first of several parameters that begins with a finite number; undefined when none does. */
export function firstNumber(
  scan: RawScan,
  keyword: string,
  sources: readonly string[],
): number | undefined {
  for (const name of sources) {
    if (!/^\w+$/.test(name)) continue;
    const file = fileOf(scan, name);
    const [value] = file?.get(name)?.values ?? [];
    if (file === undefined || typeof value !== "number" || !Number.isFinite(value)) continue;
    if (keyword !== "") scan.findings.source(keyword, `${name} of ${file.path}`);
    return value;
  }
  return undefined;
}
