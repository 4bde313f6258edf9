import { encodeCsvLine } from "#shared/stats/csv-line.ts";
import type { PlanRow } from "./list-items.ts";
import type { ResultColumn, ResultRow } from "./result-columns.ts";
import type { SessionResult } from "./session-results.ts";

/** Every row of results.csv: at least one for each session and pipeline, however it went. */
export function* listRows(
  project: string,
  sessions: Iterable<SessionResult>,
  versions: ReadonlyMap<string, string>,
): Generator<ResultRow> {
  for (const { facts, results } of sessions) {
    for (const result of results) {
      // What others made has a version nobody told us.
      const ours = /^(done|current)$/.test(result.outcome.status);
      const run = ours ? (versions.get(result.pipeline) ?? "") : "";
      const version = result.outcome.version ?? run;
      const row = { project, facts, result, version };
      if (result.outcome.measures.length === 0) yield { ...row, measure: undefined };
      for (const measure of result.outcome.measures) yield { ...row, measure };
    }
  }
}

/** results.csv: one tidy table, as data frames want it. */
export function encodeResults(
  columns: readonly ResultColumn[],
  rows: Iterable<ResultRow>,
): Uint8Array {
  const table = openTable(columns.map(({ name }) => name));
  for (const row of rows) table.add(columns.map(({ cellOf }) => cellOf(row)));
  return table.bytes();
}

/** plan.csv, row by row: which scan was taken for which pipeline, and why the others were not. */
export interface PlanTable {
  add(row: PlanRow): void;
  bytes(): Uint8Array;
}

/** An empty plan.csv. */
export function openPlanTable(): PlanTable {
  const table = openTable([
    ...["subject", "session", "date", "scan", "type", "series", "modality", "quality", "frames"],
    ...["pipeline", "roi_collection", "taken", "code", "reason", "session_id"],
  ]);
  return {
    add: ({ scan, pipeline, assessorId, taken, code, reason }) => {
      const { subjectLabel, sessionLabel, date, scanId, scanType, seriesDescription } = scan;
      table.add([
        ...[subjectLabel, sessionLabel, date, scanId, scanType, seriesDescription, scan.modality],
        ...[scan.quality, scan.frames, pipeline, assessorId, taken ? "yes" : "no", code, reason],
        scan.sessionId,
      ]);
    },
    bytes: table.bytes,
  };
}

/** Text gathered until it is worth a block of bytes. */
const blockLength = 1 << 16;

/** A CSV file that grows outside the heap, since a large project has hundreds of thousands of rows. */
function openTable(header: readonly string[]) {
  const blocks: Buffer[] = [];
  let text = encodeCsvLine(header);
  return {
    add: (cells: Parameters<typeof encodeCsvLine>[0]) => {
      text += encodeCsvLine(cells);
      if (text.length < blockLength) return;
      blocks.push(Buffer.from(text));
      text = "";
    },
    bytes: () => Buffer.concat([...blocks, Buffer.from(text)]),
  };
}
