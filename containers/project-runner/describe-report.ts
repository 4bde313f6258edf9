import { resultOptions } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { formatCount } from "#shared/report/format.ts";
import type { ProjectReportContent, ProjectSession } from "#shared/report/project-content.ts";
import type { Verdict } from "#shared/report/report-content.ts";
import { groupStatistic, groupValues } from "./group-values.ts";
import { describeTally } from "./judge-run.ts";
import type { RunRecord } from "./run-record.ts";
import type { PipelineResult, SessionResult } from "./session-results.ts";

/** Everything the page about a run says. */
export function describeReport(
  run: RunRecord,
  options: Readonly<Record<string, unknown>>,
  files: ProjectReportContent["files"],
  context: ProgramContext,
): ProjectReportContent {
  const { request, judgement, plan, end, sessions } = run;
  const { pipelines } = request;
  const subjects = new Set(sessions.map(({ facts }) => facts.session.subjectId)).size;
  const minutes = (Date.now() - context.startedAt.getTime()) / 60_000;
  const found = new Set(sessions.map(({ facts }) => facts.group)).size;
  return {
    title: `Project ${request.project}${run.dryRun ? ": plan" : ""}`,
    program: context.program,
    verdict: verdictOf(run),
    header: [
      { label: "Server", value: request.server, note: `as ${request.user}` },
      {
        label: "Sessions",
        value: formatCount(sessions.length),
        note: `${formatCount(subjects)} subjects in ${found === 1 ? "1 group" : `${found} groups`}`,
      },
      {
        label: run.dryRun ? "To be worked on" : "Result",
        value: run.dryRun ? `${formatCount(plan.items.length)} scans` : judgement.state,
        note: run.dryRun
          ? "those with a result already are passed over"
          : describeTally(judgement.tally),
      },
      {
        label: "Run",
        value: `${context.startedAt.toISOString().slice(0, 16).replace("T", " ")} UTC`,
        note: `${minutes < 1 ? "less than a minute" : `${formatCount(Math.round(minutes))} min`}, mode ${request.mode}`,
      },
    ],
    remarks:
      end.stopped === undefined
        ? []
        : [{ code: end.stopped.code, severity: "error", text: end.stopped.reason }],
    pipelines: pipelines.map(({ name }) => name),
    sessions: sessions.map((session) => describeSession(session, run)),
    statistic: `${groupStatistic} over the voxels`,
    measures: groupValues(sessions).map(
      ({ pipeline, map, region, knownUnit, secondary, groups }) => ({
        name: map.replace(/map$/, ""),
        where: region === "" ? "whole map" : region,
        ...{ pipeline, unit: knownUnit, secondary, groups },
      }),
    ),
    plan: pipelines.map(({ name, version, rule, options: given }) => ({
      label: `${name} ${version}`,
      value: rule === "" ? "every scan" : rule,
      note: given === "" ? "with its defaults" : given,
    })),
    options: Object.entries(resultOptions(options, context.given)).map(
      ([name, { value, given }]) => ({
        ...{ name, value: value === null ? "" : String(value), isDefault: !given },
      }),
    ),
    citations: citations(context),
    files,
  };
}

function verdictOf({ judgement: { state, sentence, tally }, dryRun, plan }: RunRecord): Verdict {
  if (dryRun) {
    const level = plan.items.length > 0 ? "ok" : "check";
    return { level, reasons: ["A dry run: nothing was processed, and nothing was changed."] };
  }
  if (state === "failed") return { level: "failed", reasons: [sentence] };
  const doubtful = state === "partial" || state === "stopped" || tally.kept > 0;
  const empty = tally.done + tally.current + tally.kept === 0;
  return { level: doubtful || empty ? "check" : "ok", reasons: [sentence] };
}

function describeSession(
  { facts, results }: SessionResult,
  { request }: RunRecord,
): ProjectSession {
  const { session, group, timepoint } = facts;
  return {
    ...{ subject: session.subjectLabel, label: session.label, date: session.date },
    ...{ group, timepoint, url: sessionPage(request.server, session.id) },
    results: results.map(
      ({ pipeline, item, outcome: { status, code, reason } }: PipelineResult) => ({
        pipeline: request.pipelines.findIndex(({ name }) => name === pipeline),
        scan: item === undefined ? "" : nameScan(item.scan.scanId, item.assessorId),
        ...{ status, code, reason },
      }),
    ),
  };
}

function nameScan(scanId: string, assessorId: string): string {
  return assessorId === "" ? scanId : `${scanId} · ${assessorId}`;
}

/** Address of the page of a session. */
function sessionPage(server: string, id: string): string {
  return `${server}/data/experiments/${encodeURIComponent(id)}?format=html`;
}

function citations({ program }: ProgramContext): ProjectReportContent["citations"] {
  return [
    { text: `XNAT-PIC Containers, version ${program.version} (commit ${program.commit}).` },
    {
      text: "Zullino S, Paglialonga A, Dastrù W, Longo DL, Aime S. XNAT-PIC: Extending XNAT to Preclinical Imaging Centers. J Digit Imaging 2022;35:860-875,",
      doi: "10.1007/s10278-022-00612-z",
    },
    { text: "The papers of the models are named in the report of each scan." },
  ];
}
