import type { Engine } from "./engine.ts";
import { plainOutcome } from "./failed-outcome.ts";
import { fingerprint, type Work } from "./fingerprint.ts";
import type { Item, ItemOutcome } from "./item.ts";
import { type Existing, judgeExisting } from "./judge-existing.ts";
import { type InputResource, listInputs, scanOf } from "./list-inputs.ts";
import { type Marker, markerName, parseMarker, parsePending, pendingName } from "./marker.ts";
import type { Program } from "./programs.ts";
import type { ListedResource, RemoteFile } from "./project-server.ts";
import { readMeasures } from "./read-measures.ts";
import { finishReplacing } from "./replace-result.ts";

/** Where the outputs of an item go. */
export interface Target {
  /** Folder below the output folder. */
  readonly path: string;
  readonly label: string;
  readonly format: string;
  readonly content: string;
}

/** An item that has to be worked on. */
export interface Task {
  readonly item: Item;
  readonly program: Program;
  readonly work: Work;
  readonly fingerprint: string;
  readonly inputs: readonly InputResource[];
  /** Option that takes the series the regions were drawn on; undefined where the program wants none. */
  readonly referenceOption: string | undefined;
  readonly targets: readonly Target[];
  /** Label that gets the marker. */
  readonly reportLabel: string;
  readonly existing: Existing;
}

/** Nothing to do, and why; or the task. */
export type Settled =
  /** With the task where a result is kept that may turn out to be ours after all: a container of this program stored it. */
  | { readonly kind: "settled"; readonly outcome: ItemOutcome; readonly task?: Task | undefined }
  | { readonly kind: "task"; readonly task: Task };

/**
 * What is to be done for an item: nothing (`current`, `kept`, `left-out`), or the task. Used by both modes.
 *
 * @throws XnatError
 */
export async function settleItem(engine: Engine, item: Item): Promise<Settled> {
  const { server, existing: wish } = engine;
  const program = engine.programs.get(item.pipeline);
  const options = engine.options.get(item.pipeline);
  if (program === undefined || options === undefined) throw new Error(`no ${item.pipeline} here`);
  const settled = (outcome: ItemOutcome): Settled => ({ kind: "settled", outcome });

  const present = await server.listResources(scanOf(item));
  const inputs = await listInputs(server, program, item, present);
  if ("missing" in inputs) {
    const code = "LEFT-NO-FILES";
    return settled(plainOutcome(item.key, "left-out", { code, reason: inputs.missing }));
  }
  const { name, version } = program;
  const work = { program: name, version, options: options.values, input: inputs.files };
  const print = fingerprint(work);
  const targets = program.outputs.map((output) => ({ ...output, label: labelFor(item, output) }));
  const reportLabel = labelFor(item, { label: program.reportLabel });
  const found = await findResult(engine, item, targets, reportLabel, present);
  const existing = judgeExisting(found, work);
  const facts = { fingerprint: print };

  if (existing.kind === "current" || existing.kind === "ours-outdated") {
    await finishReplacing(engine, item, existing.pending, reportLabel, targets);
  }
  if (existing.kind === "current") {
    const measures = await readMeasures(server, item, targets, reportLabel);
    const reason = "done before with the same images, version and options";
    return settled(plainOutcome(item.key, "current", { ...facts, code: "", reason, measures }));
  }
  const { resources, referenceOption } = inputs;
  const own = { item, program, work, fingerprint: print, inputs: resources, referenceOption };
  const task = { ...own, targets, reportLabel, existing };
  const keptFor = reasonToKeep(existing, wish, work);
  if (keptFor === undefined) return { kind: "task", task };
  const measures = await readMeasures(server, item, targets, reportLabel);
  const outcome = plainOutcome(item.key, "kept", {
    ...{ ...keptFor, measures },
    version: existing.kind === "ours-outdated" ? existing.marker.version : undefined,
  });
  return { kind: "settled", outcome, task: existing.kind === "foreign" ? task : undefined };
}

/** Why a result that is there stays as it is; undefined when it may be made or replaced. */
function reasonToKeep(
  existing: Existing,
  wish: Engine["existing"],
  work: Work,
): { code: string; reason: string } | undefined {
  if (existing.kind === "foreign") {
    return { code: "KEPT-FOREIGN", reason: `${existing.reason}; it is never replaced` };
  }
  if (existing.kind !== "ours-outdated" || wish === "replace") return undefined;
  const reason = `made ${describeDifference(existing.marker, work)}; --existing replace replaces it`;
  return { code: "KEPT-OTHER", reason };
}

function describeDifference(marker: Marker, work: Work): string {
  if (marker.version !== work.version) return `by version ${marker.version}`;
  const before = JSON.stringify(Object.entries(marker.options).sort());
  const now = JSON.stringify(Object.entries(work.options).sort());
  return before === now ? "from other images" : "with other options";
}

async function findResult(
  { server }: Engine,
  item: Item,
  targets: readonly Target[],
  reportLabel: string,
  present: readonly ListedResource[],
) {
  const place = scanOf(item);
  const files = new Map<string, readonly RemoteFile[]>();
  for (const { label } of targets) {
    if (!present.some((one) => one.label === label)) continue;
    const list = await server.listFiles(place, label);
    if (list !== undefined) files.set(label, list);
  }
  const read = async (name: string) =>
    files.get(reportLabel)?.some(({ path }) => path === name)
      ? await server.readText(place, reportLabel, name)
      : undefined;
  const marker = parseMarker(await read(markerName), item.key);
  return { files, marker, pending: parsePending(await read(pendingName), item.key) };
}

function labelFor({ assessorId }: Item, { label }: { readonly label: string }): string {
  return label.replaceAll("#assessor-id#", assessorId);
}
