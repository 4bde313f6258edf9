import { compareNames } from "#shared/xnat/compare-names.ts";
import type { DecideContext, Decision } from "./decide-session.ts";
import { decideSession } from "./decide-session.ts";
import type { Item, ItemOutcome, ListedScan } from "./item.ts";
import { mapInOrder } from "./map-in-order.ts";
import type { ListedCollection, ListedSession, ProjectServer } from "./project-server.ts";
import type { Rule } from "./rule.ts";

/** What to do for which scans. */
export interface ListChoices {
  /** In the order they were given. */
  readonly pipelines: readonly string[];
  /** By pipeline; for mask-average the scans whose maps are measured. A pipeline without a rule takes every scan. */
  readonly rules: ReadonlyMap<string, Rule>;
  /** Globs on labels or ids, any of them; empty: all. */
  readonly subjects: readonly string[];
  readonly sessions: readonly string[];
  /** Pipelines that measure maps inside ROI collections, and the labels of resources with maps they read. */
  readonly measures: ReadonlyMap<string, readonly string[]>;
}

/** What was decided about one scan and one pipeline: a row of the plan. */
export interface PlanRow {
  readonly pipeline: string;
  readonly scan: ListedScan;
  /** mask-average: the ROI collection; else "". */
  readonly assessorId: string;
  readonly taken: boolean;
  /** LEFT-..., or E-... where it could not be found out; "" when taken. */
  readonly code: string;
  readonly reason: string;
}

/** A session and how many items it has. */
export interface PlannedSession {
  readonly session: ListedSession;
  readonly scans: number;
  readonly items: number;
  /** Why it has none: "no scans", "shared from OTHER", or the commonest reason of its scans. "" when it has items. */
  readonly reason: string;
}

export interface Plan {
  /** Subject by subject, session by session, in each the maps before what is measured on them. */
  readonly items: readonly Item[];
  /** Every session of the project, those without an item too; by subject and session. */
  readonly sessions: readonly PlannedSession[];
  /** Items about which XNAT could not be asked: `failed`, and counted as such. */
  readonly unread: readonly { readonly item: Item; readonly outcome: ItemOutcome }[];
}

/** Sessions that are asked about side by side. */
const atOnce = 8;

/**
 * Items of a project: one listing, then the rules. Every scan taken or left is told to `onRow` with its reason.
 *
 * @param readAttributes - DICOM attributes of a scan, from a cache where it has them
 * @throws XnatError when the project cannot be listed, or XNAT is away for good
 */
export async function listItems(
  server: ProjectServer,
  choices: ListChoices,
  onRow: (row: PlanRow) => void | Promise<void>,
  readAttributes: DecideContext["readAttributes"] = (scan, names) =>
    server.readAttributes(scan, names),
): Promise<Plan> {
  const collections = new Map<string, ListedCollection[]>();
  if (choices.pipelines.some((pipeline) => choices.measures.has(pipeline))) {
    for await (const one of server.listCollections()) {
      const known = collections.get(one.sessionId);
      if (known === undefined) collections.set(one.sessionId, [one]);
      else known.push(one);
    }
  }
  const context = { server, choices, collections, readAttributes };
  const items: Item[] = [];
  const unread: Plan["unread"][number][] = [];
  const found = new Map<string, PlannedSession>();
  const decisions = mapInOrder(bySession(server.listScans()), atOnce, (scans) =>
    decideSession(scans, context),
  );
  for await (const decision of decisions) {
    for (const row of decision.rows) await onRow(row);
    items.push(...decision.items);
    unread.push(...decision.unread);
    found.set(decision.session.id, describe(decision));
  }
  const sessions = [...found.values()];
  for await (const session of server.listSessions()) {
    if (found.has(session.id)) continue;
    sessions.push({ session, scans: 0, items: 0, reason: "no scans" });
  }
  return {
    items: items.sort((a, b) => compareScans(a.scan, b.scan) || byStage(a, b)),
    sessions: sessions.sort((a, b) => compareSessions(a.session, b.session)),
    unread,
  };
}

/** The scans of a session at a time; the server lists them one after the other. */
async function* bySession(scans: AsyncIterable<ListedScan>): AsyncGenerator<ListedScan[]> {
  let session: ListedScan[] = [];
  for await (const scan of scans) {
    if (session.length > 0 && session[0]?.sessionId !== scan.sessionId) {
      yield session;
      session = [];
    }
    session.push(scan);
  }
  if (session.length > 0) yield session;
}

function describe({ session, scans, items, rows }: Decision): PlannedSession {
  if (items.length > 0) return { session, scans, items: items.length, reason: "" };
  const counts = new Map<string, number>();
  for (const { reason } of rows) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const [commonest] = [...counts].sort((a, b) => b[1] - a[1]);
  const others = counts.size > 1 ? `, and ${counts.size - 1} other reasons` : "";
  return { session, scans, items: 0, reason: `${commonest?.[0] ?? "no scans"}${others}` };
}

function compareSessions(a: ListedSession, b: ListedSession): number {
  return (
    compareNames(a.subjectLabel, b.subjectLabel) ||
    compareNames(a.label, b.label) ||
    compareNames(a.id, b.id)
  );
}

function compareScans(a: ListedScan, b: ListedScan): number {
  return (
    compareNames(a.subjectLabel, b.subjectLabel) ||
    compareNames(a.sessionLabel, b.sessionLabel) ||
    compareNames(a.sessionId, b.sessionId)
  );
}

/** Inside a session: maps first, then by scan, pipeline and collection. */
function byStage(a: Item, b: Item): number {
  return (
    Number(a.assessorId !== "") - Number(b.assessorId !== "") ||
    compareNames(a.scan.scanId, b.scan.scanId) ||
    compareNames(a.pipeline, b.pipeline) ||
    compareNames(a.assessorId, b.assessorId)
  );
}
