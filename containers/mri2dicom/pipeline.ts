import { existsSync } from "node:fs";
import { join } from "node:path";
import { recordFolder } from "#shared/paravision/conversion-record.ts";
import type { Pipeline } from "#shared/program/run-program.ts";
import { parseScanChoice } from "./choose-scans.ts";
import type { command } from "./command.ts";
import { convertItems } from "./convert-items.ts";
import { encodePlan, listPlan } from "./inspect-items.ts";
import { judgeRun, nameLost } from "./judge-run.ts";
import { readLabelTable } from "./label-table.ts";
import { maskNames } from "./mask-names.ts";
import { openRawData } from "./open-raw-data.ts";
import { planRun } from "./plan-run.ts";
import { previewRun } from "./preview-run.ts";
import { encodeParameters } from "./print-parameters.ts";
import { readChoices } from "./read-choices.ts";
import { remarkCopies } from "./remark-copies.ts";
import { verifyItems } from "./verify-items.ts";
import { writeResults } from "./write-results.ts";

/** DICOM of every reconstruction of ParaVision studies, with a report of what became of each. */
export const mri2dicom: Pipeline<typeof command> = async (options, context) => {
  const { action, format, output } = options;
  const { log, print } = context;

  // What is asked for; a wrong option ends the run here, before anything is read.
  const choices = await readChoices(options, process.env);
  const table = options.mapping === undefined ? undefined : await readLabelTable(options.mapping);

  // What there is, and where each of it goes.
  const printing = action !== "convert" || options["dry-run"];
  // Pixels are not looked at, but by --dry-run to tell whether what is there was made from them.
  const earlier = options["dry-run"] && existsSync(join(output, recordFolder));
  const pixels = printing && action !== "verify" && !earlier ? "sized" : "unpacked";
  const raw = await openRawData(options.input, printing ? undefined : output, pixels);
  try {
    const plan = await planRun(raw, choices, table, parseScanChoice(options.scans));
    const { planned, left } = plan;
    log.info({ reconstructions: planned.length, leftOut: left.length }, "raw data found");

    if (action === "verify") return await verifyItems(plan, output, format, context);
    if (action === "params") print(await encodeParameters(planned));
    else if (action === "inspect") print(format === "json" ? encodePlan(plan) : listPlan(plan));
    else if (printing) print(previewRun(plan, output, format));
    if (printing) return { partial: [] };

    // The work itself; it goes on past what cannot be converted.
    const { overwrite, recheck } = options;
    const converted = await convertItems(planned, { overwrite, recheck }, context);
    const items = [...remarkCopies(converted), ...left];

    // The page and the records.
    const insideXnat = (process.env["XNAT_WORKFLOW_ID"] ?? "") !== "";
    const keepPartial = options.partial === "ok" || (options.partial === "auto" && insideXnat);
    const judgement = judgeRun(items, { keepPartial, strict: options.strict });
    const studies = [...new Set(items.map(({ study }) => study))].sort();
    const mask = options["de-identify"]
      ? maskNames(studies, options.input)
      : (text: string) => text;
    await writeResults(items, judgement, mask, options, context);
    log.info({ ...judgement.tally }, judgement.sentence);
    return { partial: nameLost(judgement).map(mask), exitCode: judgement.exitCode };
  } finally {
    raw.close();
  }
};
