import type { ConversionResult } from "#shared/paravision/conversion-result.ts";
import { convertReconstruction } from "#shared/paravision/convert-reconstruction.ts";
import { type RerunChoices, tidyOutput } from "#shared/paravision/converted-folder.ts";
import { addFindings, recordFindings } from "#shared/paravision/findings.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type { Item } from "./item.ts";
import type { PlannedItem } from "./plan-run.ts";

/** Converts what is planned into an output that is locked, several at a time; each appears there whole, or not at all. */
export async function convertItems(
  planned: readonly PlannedItem[],
  rerun: RerunChoices,
  { pool, output, progress }: ProgramContext,
): Promise<readonly Item[]> {
  tidyOutput(output.folder);
  const items: Item[] = new Array(planned.length);
  const tell = progress("converting");
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let n = next++; n < planned.length; n = next++) {
      const item = planned[n]!;
      const { reconstruction, choices, chosen } = item;
      const request = { reconstruction, choices, chosen, rerun };
      const result = await convertReconstruction({ ...request, output: output.folder }, pool);
      items[n] = describeResult(item, result);
      tell(++done, planned.length);
    }
  };
  // One more than there are threads, so that none waits for the next.
  await Promise.all(Array.from({ length: pool.size + 1 }, work));
  tidyOutput(output.folder);
  return items;
}

function describeResult(
  { place, name, found }: PlannedItem,
  { status, skip, folder, conversion }: ConversionResult,
): Item {
  const { path, study, examination, processing } = place;
  const findings = recordFindings(found);
  if (conversion !== undefined) addFindings(findings, conversion.findings);
  return {
    ...{ path, study, name, status, code: skip?.skip ?? "", text: skip?.text ?? "", folder },
    ...(examination === undefined ? {} : { examination }),
    ...(processing === undefined ? {} : { processing }),
    ...(conversion === undefined
      ? {}
      : { conversion: { ...conversion, findings: findings.found() } }),
  };
}
