import type { ItemOutcome } from "./item.ts";
import { endsRun } from "./judge-failure.ts";

/** Why a run ended before its time. */
export interface Stop {
  /** Stable: E-... */
  readonly code: string;
  /** A sentence for a person. */
  readonly reason: string;
}

/** Judges after each outcome whether going on makes sense. */
export interface FailureWatch {
  /** True when the run ends with this outcome, which is then none: the item counts as not started. */
  ends(outcome: ItemOutcome): Promise<boolean>;
  reason(): Stop | undefined;
}

/** Failures in a row after which XNAT is asked whether it is there. */
const inARow = 3;
/** Full disks in a row after which nothing else is expected of the disk. */
const fullInARow = 3;

/** True for a failure that XNAT, or the line to it, is to blame for. */
export function isXnatCode(code: string): boolean {
  return /^E-XNAT-/.test(code);
}

/** Failures that are the item's own, from which nothing follows for the next one. */
function isOwn(code: string): boolean {
  const shared = isXnatCode(code) || sharedCodes.has(code);
  return !shared || ownCodes.has(code);
}

const sharedCodes: ReadonlySet<string> = new Set([
  ...["E-DISK-FULL", "E-PROGRAM-ENDED", "E-OPTION", "E-BUG", "E-NOT-STORED"],
]);
/** Refusals of XNAT that are about one scan. */
const ownCodes: ReadonlySet<string> = new Set(["E-XNAT-NOT-FOUND", "E-XNAT-EXISTS"]);

/** Opens the watch. `stop` is called once, when the run has to end. */
export function watchFailures(stillThere: () => Promise<boolean>, stop: () => void): FailureWatch {
  let why: Stop | undefined;
  let succeeded = false;
  let row: ItemOutcome[] = [];
  const end = (code: string, reason: string) => {
    why ??= { code, reason };
    stop();
    return true;
  };
  return {
    reason: () => why,
    ends: async (outcome) => {
      if (why !== undefined) return outcome.status === "failed" && !isOwn(outcome.code);
      const { status, code, reason } = outcome;
      if (status !== "failed" || isOwn(code)) {
        // What is kept says nothing about rights or programs.
        if (status === "done" || status === "current") succeeded = true;
        row = [];
        return false;
      }
      if (endsRun(outcome)) return end(code, reason);
      row.push(outcome);
      const alike = row.every((one) => one.code === code);
      if (row.length < inARow) return false;
      if (isXnatCode(code) && !(await stillThere().catch(() => false))) {
        return end(code, `XNAT no longer answers, or no longer lets this user in. ${reason}`);
      }
      if (alike && code === "E-DISK-FULL" && row.length >= fullInARow) {
        return end(code, `The disk of the work folder stays full. ${reason}`);
      }
      if (alike && !succeeded) {
        return end(
          "E-FIRST-ALIKE",
          `The first ${row.length} items failed alike: ${code} ${reason}`,
        );
      }
      return false;
    },
  };
}
