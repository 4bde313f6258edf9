import { createHash } from "node:crypto";
import type { Engine } from "./engine.ts";
import type { Item, ItemOutcome, ListedScan } from "./item.ts";
import type { ItemLine, Known } from "./state.ts";
import { isXnatCode } from "./watch-failures.ts";

/** What the listing tells about a scan, as one digest: another one means that it is worth a look. */
export function identityOf(scan: ListedScan): string {
  const { owner, subjectId, seriesUid, scanType, seriesDescription, frames, modality } = scan;
  return createHash("sha256")
    .update(
      JSON.stringify([owner, subjectId, seriesUid, scanType, seriesDescription, frames, modality]),
    )
    .digest("hex")
    .slice(0, 32);
}

/**
 * What an item depends on, as far as it is known without asking: the listing of its scan and, for what is measured on maps, the
 * results that earlier lines tell of this scan.
 */
function identityOfItem(known: Known, { scan, assessorId }: Item): string {
  if (assessorId === "") return identityOf(scan);
  const start = `${scan.sessionId}/${scan.scanId}/`;
  const maps = [...known.programs].flatMap((program) => {
    const print = known.items.get(start + program)?.outcome.fingerprint;
    return print === undefined ? [] : [`${program} ${print}`];
  });
  return [identityOf(scan), ...maps.sort()].join(" ");
}

/** The line of state of an outcome. Maps come before what is measured on them, here as everywhere. */
export function rememberItem(
  { programs, options }: Pick<Engine, "programs" | "options">,
  known: Known,
  item: Item,
  outcome: ItemOutcome,
  at: Date,
): ItemLine {
  return {
    line: "item",
    at: at.toISOString(),
    identity: identityOfItem(known, item),
    program: item.pipeline,
    version: programs.get(item.pipeline)?.version ?? "",
    options: options.get(item.pipeline)?.hash ?? "",
    outcome,
  };
}

/** Failures that lie in XNAT, in rights, in this machine or in another run, and not in the images: the next run may have better luck. */
const passingCodes: ReadonlySet<string> = new Set([
  ...["E-MAX-DISK", "E-DISK-FULL", "E-KILLED", "E-OUT-OF-MEMORY", "E-BUG"],
  ...["E-CONTAINER", "E-LAUNCH", "E-OTHER-LAUNCH", "E-STUCK", "E-NO-OUTPUT", "E-NO-MANIFEST"],
  ...["E-NOT-STORED", "E-CHANGED-MEANWHILE", "E-COPY-IN-THE-WAY"],
]);

/** Whether the same images, program and options would fail in the same way in any later run, whoever starts it and wherever. */
function wouldFailAgain({ code, repeatable }: ItemOutcome): boolean {
  return !repeatable && !isXnatCode(code) && !passingCodes.has(code);
}

/**
 * The outcome of an item that earlier runs settled, so that XNAT need not be asked: done, current or kept with the same scan,
 * program and options; failed for a reason of its own, which would come again. Undefined: it has to be looked at.
 *
 * @param how.recheck - look at everything
 * @param how.retryFailed - try failed ones again
 */
export function recallItem(
  engine: Pick<Engine, "programs" | "options" | "existing">,
  known: Known,
  item: Item,
  how: { readonly recheck: boolean; readonly retryFailed: boolean },
): ItemOutcome | undefined {
  const line = known.items.get(item.key);
  if (line === undefined || how.recheck) return undefined;
  const wanted = rememberItem(engine, known, item, line.outcome, new Date(0));
  const same =
    line.identity === wanted.identity &&
    line.version === wanted.version &&
    line.options === wanted.options;
  if (!same) return undefined;
  const { outcome, at } = line;
  if (outcome.status === "done" || outcome.status === "current") {
    // The images themselves were not asked for: --recheck does that.
    const reason = `done before (${at.slice(0, 10)}) with the same version and options; the list of scans is as it was`;
    return { ...outcome, status: "current", code: "", reason, seconds: 0 };
  }
  // What may be replaced now has to be looked at; what is not ours is kept either way.
  if (outcome.status === "kept") {
    return engine.existing === "keep" || outcome.code === "KEPT-FOREIGN" ? outcome : undefined;
  }
  const settled = outcome.status === "failed" && !how.retryFailed && wouldFailAgain(outcome);
  if (!settled) return undefined;
  const before = outcome.reason.replace(/^Failed before \([\d-]+\): /, "");
  return { ...outcome, reason: `Failed before (${at.slice(0, 10)}): ${before}` };
}
