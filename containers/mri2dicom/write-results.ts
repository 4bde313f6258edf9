import { encodeManifest, encodeProvenance } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { renderConversionReport } from "#shared/report/conversion-report.ts";
import { describeItems, digestFiles } from "./describe-items.ts";
import { describeReport } from "./describe-report.ts";
import type { Item } from "./item.ts";
import type { Judgement } from "./judge-run.ts";
import type { Mask } from "./mask-names.ts";
import { readThumbnails } from "./read-thumbnails.ts";
import { encodeConversionTable } from "./result-table.ts";

const contents: Readonly<Record<string, string>> = {
  "report.json": "every reconstruction: status, series, files, where values came from, remarks",
  "conversion.tsv": "one row for each series, and for everything that became none",
  "status.json": "how the run ended, and what is missing",
  "provenance.json": "program, options, every reconstruction and its files with their checksums",
  "manifest.json": "the files of this report",
};

/** Options that say where something lies; a path may name persons. */
const paths = new Set(["input", "output", "mapping", "secret-file"]);

/** Writes report/: page, table, and the records for programs; PARTIAL when something is missing. */
export async function writeResults(
  items: readonly Item[],
  judgement: Judgement,
  mask: Mask,
  allOptions: Readonly<Record<string, unknown>>,
  context: ProgramContext,
): Promise<void> {
  const { output, program } = context;
  const { state, exitCode, sentence, partial, tally } = judgement;
  const write = (name: string, content: Uint8Array | string) =>
    output.write(`report/${name}`, content);
  const hidden = allOptions["de-identify"] === true;
  const options = Object.fromEntries(
    Object.entries(allOptions).filter(([name]) => !(hidden && paths.has(name))),
  );
  const conversions = items.flatMap(({ conversion }) => conversion ?? []);
  const thumbnails = await readThumbnails(output.folder, conversions);
  const deciding = Object.fromEntries(
    Object.entries(options).filter(([name]) => !paths.has(name) && !runOptions.has(name)),
  );
  const files = Object.entries(contents).map(([path, description]) => ({ path, description }));
  const page = describeReport(items, judgement, thumbnails, mask, deciding, files, context);
  const lost = partial.map(mask);
  await write("report.html", renderConversionReport(page));
  await write(
    "report.json",
    encode({
      ...{ program: program.name, version: program.version, state, totals: tally },
      studies: describeItems(items, mask, (all) => all),
    }),
  );
  await write("conversion.tsv", encodeConversionTable(items, mask));
  await write("status.json", encode({ state, exitCode, sentence, partial: lost }));
  const studies = describeItems(items, mask, digestFiles);
  await write("provenance.json", encodeProvenance(context, options, { studies }, {}));
  if (lost.length > 0) await write("PARTIAL", `${[sentence, ...lost].join("\n")}\n`);
  await output.write("report/manifest.json", encodeManifest(context));
}

/** Options that say how a run went, not what it wrote. */
const runOptions = new Set([
  ...["action", "dry-run", "format", "overwrite", "recheck", "partial"],
  ...["strict", "workers", "log-format"],
]);

function encode(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
