import { describeProgram, encodeManifest, resultOptions } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { readQuantile, summarizeValues } from "#shared/report/distribution.ts";
import { renderProjectReport } from "#shared/report/project-report.ts";
import { describeReport } from "./describe-report.ts";
import { groupValues } from "./group-values.ts";
import type { RunLog } from "./record-log.ts";
import { describeColumns } from "./result-columns.ts";
import { encodeResults, listRows } from "./result-table.ts";
import type { RunRecord } from "./run-record.ts";

const contents: Readonly<Record<string, string>> = {
  "results.csv":
    "one row for each map, or region on a map, of each scan; sessions without a result have a row too",
  "columns.json": "what the columns of results.csv mean, with units",
  "plan.csv": "every scan, whether it was taken for which program, and why not",
  "summary.json": "counts, and the values by group and time point",
  "status.json": "how each scan came out, with code and reason",
  "log.jsonl": "the log of the run, one object a line",
};

/**
 * Writes what a run gives: table, dictionary, plan, summary, status, page, log and manifest into report/. A dry run writes plan.csv and
 * plan.html alone, so that it never takes the place of a report.
 */
export async function writeResults(
  run: RunRecord,
  options: Readonly<Record<string, unknown>>,
  log: RunLog,
  context: ProgramContext,
): Promise<void> {
  const { output } = context;
  const write = (name: string, content: Uint8Array | string) =>
    output.write(`report/${name}`, content);
  const names = run.dryRun ? ["plan.csv"] : Object.keys(contents);
  const files = names.map((path) => ({ path, content: contents[path] ?? "" }));
  const page = renderProjectReport(describeReport(run, options, files, context));
  await write("plan.csv", run.planTable.bytes());
  if (run.dryRun) {
    await write("plan.html", page);
    return;
  }
  await write("report.html", page);
  const versions = new Map(run.request.pipelines.map(({ name, version }) => [name, version]));
  const rows = listRows(run.request.project, run.sessions, versions);
  await write("results.csv", encodeResults(run.columns, rows));
  await write("columns.json", encode(describeColumns(run.columns)));
  await write("summary.json", encode(summarize(run, options, context)));
  await write("status.json", encode(listStatus(run)));
  await write("log.jsonl", log.text());
  await output.write("report/manifest.json", encodeManifest(context));
}

function encode(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function summarize(
  { request, judgement, sessions, plan, end }: RunRecord,
  options: Readonly<Record<string, unknown>>,
  context: ProgramContext,
): object {
  return {
    program: describeProgram(context),
    ...request,
    startedAt: context.startedAt.toISOString(),
    seconds: Math.round((Date.now() - context.startedAt.getTime()) / 1000),
    state: judgement.state,
    stopped: end.stopped ?? null,
    sentence: judgement.sentence,
    counts: {
      sessions: sessions.length,
      items: plan.items.length + plan.unread.length,
      ...judgement.tally,
    },
    options: resultOptions(options, context.given),
    values: groupValues(sessions).map(({ knownUnit: _, secondary: __, groups, ...quantity }) => ({
      ...quantity,
      statistic: "median",
      groups: groups.map(({ group, timepoint, values }) => {
        const { count, mean, standardDeviation, minimum, maximum } = summarizeValues(values);
        const sd = Number.isFinite(standardDeviation) ? standardDeviation : null;
        const median = readQuantile(values, 0.5);
        return { group, timepoint, n: count, mean, sd, median, min: minimum, max: maximum };
      }),
    })),
  };
}

function listStatus({ judgement, end, sessions }: RunRecord): object {
  const items = sessions.flatMap(({ facts, results }) =>
    results.map(({ pipeline, item, outcome }) => ({
      ...{ subject: facts.session.subjectLabel, session: facts.session.label },
      ...{ sessionId: facts.session.id, scan: item?.scan.scanId ?? null, pipeline },
      roiCollection: item?.assessorId || null,
      ...{ status: outcome.status, code: outcome.code, reason: outcome.reason },
      ...{ repeatable: outcome.repeatable, seconds: Math.round(outcome.seconds * 10) / 10 },
    })),
  );
  const partial = items
    .filter(({ status }) => status === "failed" || status === "not-started")
    .map(({ session, scan, pipeline, code, reason }) => {
      return `${pipeline} on ${session} scan ${scan}: ${[code, reason].filter(Boolean).join(" ")}`;
    });
  const { state, exitCode, sentence } = judgement;
  return { state, exitCode, sentence, stopped: end.stopped ?? null, partial, items };
}
