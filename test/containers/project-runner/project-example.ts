import type { ItemOutcome, ListedScan, Measure } from "#containers/project-runner/item.ts";
import type { PlanRow } from "#containers/project-runner/list-items.ts";
import type { ListedSession } from "#containers/project-runner/project-server.ts";

/** A session of subject M01, M02 ... */
export function listedSession(n: number, changes: Partial<ListedSession> = {}): ListedSession {
  return {
    ...{ id: `XNAT_E0000${n}`, label: `M0${n}_MR1`, subjectId: `XNAT_S0000${n}` },
    ...{ subjectLabel: `M0${n}`, date: "2026-11-20", type: "xnat:mrSessionData", owner: "RATT1" },
    ...changes,
  };
}

/** A scan of the session. */
export function listedScan(n: number, scanId = "3"): ListedScan {
  const { id, label, subjectId, subjectLabel, date, type } = listedSession(n);
  return {
    ...{ project: "RATT1", owner: "RATT1", subjectId, subjectLabel, sessionId: id },
    ...{ sessionLabel: label, date, sessionType: type, scanId, scanType: "MSME" },
    ...{ seriesDescription: "=T2 (MSME), 10 echoes", quality: "usable", frames: "160" },
    ...{ seriesUid: `1.2.${n}.${scanId}`, modality: "MR" },
  };
}

/** Its item for process-t2. */
export function listedItem(n: number) {
  const scan = listedScan(n);
  return { key: `${scan.sessionId}/3/process-t2`, pipeline: "process-t2", scan, assessorId: "" };
}

/** An outcome with the numbers of a T2 map. */
export function outcome(n: number, changes: Partial<ItemOutcome> = {}): ItemOutcome {
  const values = { n: 100, mean: 40 + n, sd: 2, median: 39 + n };
  const measures: Measure[] = [
    { map: "T2", unit: "ms", region: "", values },
    { map: "SE(T2)", unit: "ms", region: "", values: { ...values, median: null } },
  ];
  return {
    ...{ key: listedItem(n).key, status: "done", code: "", reason: "", repeatable: false },
    ...{ seconds: 1.5, fingerprint: "f", measures, ...changes },
  };
}

/** A row of the plan that leaves a scan out. */
export function leftRow(n: number, scanId: string, reason: string): PlanRow {
  const scan = listedScan(n, scanId);
  return {
    ...{ pipeline: "process-t2", scan, assessorId: "", taken: false, code: "LEFT-RULE", reason },
  };
}
