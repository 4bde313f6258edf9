import { adoptResult } from "./adopt-result.ts";
import type { Engine } from "./engine.ts";
import { plainOutcome } from "./failed-outcome.ts";
import type { Followed } from "./follow-containers.ts";
import type { Item, ItemOutcome } from "./item.ts";
import { ItemError } from "./judge-failure.ts";
import type { LaunchDesk, LaunchWish } from "./launch-desk.ts";
import type { LaunchJournal } from "./launch-journal.ts";
import { scanOf } from "./list-inputs.ts";
import { pendingName, type ResultFile } from "./marker.ts";
import type { AvailableWrapper } from "./project-server.ts";
import { readMeasures } from "./read-measures.ts";
import { settleItem, type Task } from "./settle-item.ts";

/** What launching needs besides the engine. */
export interface Launching {
  readonly desk: LaunchDesk;
  readonly journal: LaunchJournal;
  /** By name. */
  readonly wrappers: ReadonlyMap<string, AvailableWrapper>;
}

/**
 * Works an item off in a container of its own that XNAT launches: launched, followed to its end, judged by what it stored, and marked
 * as ours.
 *
 * @throws XnatError; ItemError with the code its program ended with, or E-LAUNCH, E-CONTAINER, E-OUT-OF-MEMORY, E-STUCK
 */
export async function launchItem(
  engine: Engine,
  launching: Launching,
  item: Item,
  signal: AbortSignal,
): Promise<ItemOutcome> {
  const started = performance.now();
  const { desk, journal } = launching;
  let settled = await settleItem(engine, item);
  if (settled.kind === "settled" && settled.task === undefined) return settled.outcome;
  const { fingerprint } = settled.task as Task;
  const wish = wishFor(engine, settled.task as Task, launching.wrappers);
  const adopt = async (task: Task): Promise<ItemOutcome> => {
    const outcome = await adoptResult(engine, task);
    return { ...outcome, seconds: (performance.now() - started) / 1000 };
  };
  // Files that nobody marked: stored, or being stored, by a container that this program launched and did not live to mark, or foreign.
  if (settled.kind === "settled" && !journal.has(item.key, fingerprint)) return settled.outcome;
  // A container of an earlier life may be at work still, or have stored its result since XNAT was asked.
  const earlier = await desk.rejoin(wish, signal);
  if (earlier !== undefined) {
    if (earlier.status.state !== "complete") throw await explain(engine, earlier);
    settled = await settleItem(engine, item);
    if (settled.kind === "settled") {
      return settled.task === undefined ? settled.outcome : adopt(settled.task);
    }
  }
  if (settled.kind === "settled") return settled.outcome;
  const { task } = settled;
  const kept = await makeRoom(engine, task);
  if (kept !== undefined) return kept;
  journal.add(item.key, fingerprint);
  const ended = await desk.run(wish, signal);
  if (ended.status.state !== "complete") throw await explain(engine, ended);
  return adopt(task);
}

function wishFor(engine: Engine, task: Task, wrappers: Launching["wrappers"]): LaunchWish {
  const { item, program } = task;
  const wrapper = wrappers.get(program.scanWrapper);
  if (wrapper === undefined) throw new Error(`${program.scanWrapper} got past the check`);
  const { sessionId, scanId } = item.scan;
  const choices = chooseInputs(task);
  return {
    ...{ wrapper, sessionId, scanId },
    target: `/archive/experiments/${sessionId}/scans/${scanId}`,
    values: { ...engine.options.get(item.pipeline)?.values, ...choices },
    defaults: Object.fromEntries(
      (program.command.inputs ?? []).map((input) => [input.name, input["default-value"] ?? ""]),
    ),
    alone: Object.keys(choices).length > 0,
  };
}

/** The inputs a person would choose from menus: the ROI collection, and one resource with maps of perhaps several. */
function chooseInputs({ item, program, inputs }: Task): Readonly<Record<string, string>> {
  const { sessionId, scanId } = item.scan;
  if (item.assessorId === "") return {};
  const session = `/archive/experiments/${sessionId}`;
  const wrapper = program.command.xnat?.find(({ name }) => name === program.scanWrapper);
  const chosen: Record<string, string> = {};
  for (const input of wrapper?.["derived-inputs"] ?? []) {
    if (input["user-settable"] === false) continue;
    if (input.type === "Assessor") chosen[input.name] = `${session}/assessors/${item.assessorId}`;
    if (input.type !== "Resource") continue;
    const found = inputs.find(
      ({ place, label }) => place.kind === "scan" && (input.matcher ?? "").includes(`'${label}'`),
    );
    if (found !== undefined) {
      chosen[input.name] = `${session}/scans/${scanId}/resources/${found.label}`;
    }
  }
  return chosen;
}

/**
 * The Container Service leaves old files in a resource it fills again, and says nothing before it does: only what is certainly ours, and
 * incomplete, is cleared away for it. A complete result is replaced in mode here, where it is copied first.
 */
async function makeRoom(
  { server }: Engine,
  { item, existing, reportLabel, targets }: Task,
): Promise<ItemOutcome | undefined> {
  const { kind } = existing;
  if (kind === "ours-outdated" || (kind === "interrupted" && existing.replaces !== undefined)) {
    const reason = "a result is there; --mode here replaces it, and copies it first";
    const measures = await readMeasures(server, item, targets, reportLabel);
    const { version } = kind === "ours-outdated" ? existing.marker : (existing.replaces ?? {});
    return plainOutcome(item.key, "kept", { code: "KEPT-OTHER", reason, measures, version });
  }
  if (kind !== "interrupted") return undefined;
  const files = Map.groupBy(existing.earlier, ({ label }: ResultFile) => label);
  for (const [label, ones] of files) {
    const paths = [...new Set(ones.map(({ path }) => path))];
    await server.deleteFiles(scanOf(item), label, paths);
  }
  await server.deleteFiles(scanOf(item), reportLabel, [pendingName]);
  return undefined;
}

/** Why a container came to nothing: what its program said, or XNAT. */
async function explain(
  { server }: Engine,
  { id, status, statusText }: Followed,
): Promise<ItemError> {
  if (status.state === "killed") {
    return status.outOfMemory
      ? new ItemError("E-OUT-OF-MEMORY", "The container was killed for want of memory.")
      : new ItemError("E-CONTAINER", "The container was killed by somebody.");
  }
  const text = id === "" ? "" : await server.launches.readLog(id, "stderr");
  const last = text.trim().split("\n").at(-1)?.trim() ?? "";
  const said = /^(E-[A-Z0-9-]+): (.*)$/.exec(last);
  if (said !== null) return new ItemError(said[1] ?? "", (said[2] ?? "").slice(0, 500));
  const why = status.state === "failed" && status.reason !== "" ? `: ${status.reason}` : "";
  // Queues and uploads of the server; a command that does not resolve will not do so later either.
  const repeatable = /^Failed \((JMS|Upload|Staging|Container launch)\)/.test(statusText);
  const message = `XNAT says "${statusText}" of the container${why.slice(0, 500)}.`;
  return new ItemError("E-CONTAINER", message, { repeatable, origin: "xnat" });
}
