import { failedOutcome } from "./failed-outcome.ts";
import { fitsAny } from "./glob.ts";
import type { Item, ListedScan } from "./item.ts";
import { endsRun, judgeFailure } from "./judge-failure.ts";
import type { ListChoices, Plan, PlanRow } from "./list-items.ts";
import { matchAttributes, matchListed, type Verdict } from "./match-rule.ts";
import type { ListedCollection, ListedSession, ProjectServer } from "./project-server.ts";

/** What the scans of a session are judged with. */
export interface DecideContext {
  readonly server: ProjectServer;
  readonly choices: ListChoices;
  /** By session. */
  readonly collections: ReadonlyMap<string, readonly ListedCollection[]>;
  readonly readAttributes: (
    scan: ListedScan,
    names: readonly string[],
  ) => Promise<Readonly<Record<string, string>>>;
}

/** What was decided about a session. */
export interface Decision {
  readonly session: ListedSession;
  readonly scans: number;
  readonly rows: readonly PlanRow[];
  readonly items: readonly Item[];
  readonly unread: Plan["unread"];
}

/** Key of an item: the same in every run. */
export function itemKey(scan: ListedScan, pipeline: string, assessorId: string): string {
  const parts = [scan.sessionId, scan.scanId, pipeline, assessorId];
  return parts.slice(0, assessorId === "" ? 3 : 4).join("/");
}

/** Which scans of a session are taken for which pipelines, and why the others are left. */
export async function decideSession(
  scans: readonly ListedScan[],
  context: DecideContext,
): Promise<Decision> {
  const [first] = scans;
  if (first === undefined) throw new Error("a session without scans has nothing to decide");
  const { pipelines, measures } = context.choices;
  const rows: PlanRow[] = [];
  const items: Item[] = [];
  const unread: Plan["unread"][number][] = [];
  const say = (scan: ListedScan, pipeline: string, verdict: Said, assessorId = "") => {
    const item = { key: itemKey(scan, pipeline, assessorId), pipeline, scan, assessorId };
    if (verdict.taken) items.push(item);
    else if (verdict.error !== undefined) {
      unread.push({ item, outcome: failedOutcome(item.key, judgeFailure(verdict.error)) });
    }
    const { taken, code, reason } = verdict;
    rows.push({ pipeline, scan, assessorId, taken, code, reason });
  };

  const outside = refuseSession(first, context.choices);
  if (outside !== undefined) {
    for (const scan of scans) for (const pipeline of pipelines) say(scan, pipeline, outside);
    return { session: sessionOf(first), scans: scans.length, rows, items, unread };
  }
  // Maps first: what is measured on them depends on which there will be.
  for (const pipeline of pipelines.filter((one) => !measures.has(one))) {
    for (const scan of scans) say(scan, pipeline, await judgeScan(scan, pipeline, context));
  }
  for (const pipeline of pipelines.filter((one) => measures.has(one))) {
    const collections = context.collections.get(first.sessionId) ?? [];
    const maps = await findMaps(first.sessionId, scans, items, pipeline, context).catch(unreadable);
    for (const scan of scans) {
      const verdict = await judgeScan(scan, pipeline, context);
      if (!verdict.taken) say(scan, pipeline, verdict);
      else if ("error" in maps) say(scan, pipeline, maps);
      else if (collections.length === 0) {
        say(scan, pipeline, leave("LEFT-NO-COLLECTION", "the session has no ROI collection"));
      } else if (!maps.has(scan.scanId)) {
        say(scan, pipeline, leave("LEFT-NO-MAPS", "the scan has no maps"));
      } else for (const { assessorId } of collections) say(scan, pipeline, verdict, assessorId);
    }
  }
  return { session: sessionOf(first), scans: scans.length, rows, items, unread };
}

interface Said {
  readonly taken: boolean;
  readonly code: string;
  readonly reason: string;
  readonly error?: unknown;
}

function leave(code: string, reason: string): Said {
  return { taken: false, code, reason };
}

/** What XNAT did not tell about one scan must not end the run; what ends every run does. */
function unreadable(error: unknown): Said & { readonly error: unknown } {
  const failure = judgeFailure(error);
  if (endsRun(failure) || failure.bug) throw error;
  return { taken: false, code: failure.code, reason: failure.reason, error };
}

/** Sessions that are none of this run's business. */
function refuseSession(scan: ListedScan, choices: ListChoices): Said | undefined {
  if (scan.owner !== scan.project) {
    const reason = `shared from project ${scan.owner}, where its results belong: run it there`;
    return leave("LEFT-SHARED", reason);
  }
  if (!fitsAny(choices.subjects, [scan.subjectLabel, scan.subjectId])) {
    return leave("LEFT-SUBJECT", "the subject was not asked for");
  }
  if (!fitsAny(choices.sessions, [scan.sessionLabel, scan.sessionId])) {
    return leave("LEFT-SESSION", "the session was not asked for");
  }
  return undefined;
}

async function judgeScan(
  scan: ListedScan,
  pipeline: string,
  { choices, readAttributes }: DecideContext,
): Promise<Said> {
  const rule = choices.rules.get(pipeline) ?? { text: "", conditions: [] };
  let verdict: Verdict = matchListed(rule, scan);
  if (verdict.kind === "ask") {
    try {
      verdict = matchAttributes(rule, await readAttributes(scan, verdict.attributes));
    } catch (error) {
      return unreadable(error);
    }
  }
  if (verdict.kind === "left") return leave("LEFT-RULE", verdict.reason);
  return { taken: true, code: "", reason: rule.text };
}

/** Scans of a session that have maps or get them in this run; the server is asked only where that is open. */
async function findMaps(
  sessionId: string,
  scans: readonly ListedScan[],
  planned: readonly Item[],
  pipeline: string,
  { server, choices, collections }: DecideContext,
): Promise<ReadonlySet<string>> {
  const found = new Set(planned.map(({ scan }) => scan.scanId));
  const open = scans.filter(({ scanId }) => !found.has(scanId));
  if (open.length === 0 || !collections.has(sessionId)) return found;
  const labels = choices.measures.get(pipeline) ?? [];
  const rule = choices.rules.get(pipeline);
  if (rule !== undefined && open.every((scan) => matchListed(rule, scan).kind === "left")) {
    return found;
  }
  for (const { label, scanId } of await server.listResources({ kind: "session", sessionId })) {
    if (scanId !== "" && labels.includes(label)) found.add(scanId);
  }
  return found;
}

function sessionOf(scan: ListedScan): ListedSession {
  const { sessionId, sessionLabel, subjectId, subjectLabel, date, sessionType, owner } = scan;
  return {
    ...{ id: sessionId, label: sessionLabel, subjectId, subjectLabel, date },
    ...{ type: sessionType, owner },
  };
}
