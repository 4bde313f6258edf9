import type { Cell } from "#shared/stats/csv-line.ts";
import { otherStatistics, valueStatistics } from "./collect-measures.ts";
import type { Measure } from "./item.ts";
import { isNumber } from "./parse-rule.ts";
import type { PipelineResult, SessionFacts } from "./session-results.ts";

/** A row of results.csv: a map, or a region on a map, of one scan; without `measure` a result that has no numbers. */
export interface ResultRow {
  readonly project: string;
  readonly facts: SessionFacts;
  readonly result: PipelineResult;
  /** Of the program; "" where it is not known. */
  readonly version: string;
  readonly measure: Measure | undefined;
}

/** A column of results.csv and its entry in columns.json. */
export interface ResultColumn {
  readonly name: string;
  readonly meaning: string;
  /** `map`: the unit in the column `unit`; "" for texts and counts. */
  readonly unit: string;
  readonly cellOf: (row: ResultRow) => Cell;
}

type Read = (row: ResultRow) => Cell | undefined;

const text = (name: string, meaning: string, read: Read): ResultColumn => ({
  ...{ name, meaning, unit: "" },
  cellOf: (row) => read(row) ?? null,
});

const meanings: Readonly<Record<string, readonly [meaning: string, unit: string]>> = {
  n: ["Voxels whose value counts", ""],
  n_voxels: ["Voxels of the region, those without a value among them", ""],
  volume_mm3: ["Volume of the region", "mm3"],
  area_mm2: ["Area of the region over all slices", "mm2"],
  mean: ["Mean over the voxels", "map"],
  sd: ["Standard deviation over the voxels, divided by n", "map"],
  median: ["Median over the voxels", "map"],
  min: ["Smallest value", "map"],
  max: ["Largest value", "map"],
  sem: ["Standard error of the mean from the scatter of the voxels", "map"],
  weighted_mean: ["Mean weighted by the share of each voxel that the region covers", "map"],
  mean_curve_fit: ["Fit of the mean signal of the region", "map"],
  mean_curve_fit_se: ["Its standard error", "map"],
};

const statistic = (name: string): ResultColumn => {
  const percentile = `${name.slice(1)}${name === "p1" ? "st" : "th"} percentile over the voxels`;
  const [meaning, unit] = meanings[name] ?? [percentile, "map"];
  return { name, meaning, unit, cellOf: ({ measure }) => measure?.values[name] ?? null };
};

const before: readonly ResultColumn[] = [
  text("project", "Project in XNAT", ({ project }) => project),
  text("subject", "Label of the subject", ({ facts }) => facts.session.subjectLabel),
  text("session", "Label of the session", ({ facts }) => facts.session.label),
  text("session_date", "Date of the session, yyyy-mm-dd", ({ facts }) => facts.session.date),
  text("group", "Group of the subject", ({ facts }) => facts.group),
  text("timepoint", "Time point of the session, from its custom variable", (r) =>
    variableCell({ timepoint: r.facts.timepoint }, "timepoint"),
  ),
];

const after: readonly ResultColumn[] = [
  text("pipeline", "Program", ({ result }) => result.pipeline),
  text("version", "Version of the program", ({ version }) => version),
  text("scan", "Id of the scan", ({ result }) => result.item?.scan.scanId),
  text("series", "Series description of the scan", (r) => r.result.item?.scan.seriesDescription),
  text("scan_quality", "Quality of the scan as set in XNAT", (r) => r.result.item?.scan.quality),
  text("roi_collection", "Accession id of the ROI collection", (r) => r.result.item?.assessorId),
  text(
    "status",
    "done, current (done before), kept (a result of somebody else), failed, left-out, not-started",
    ({ result }) => result.outcome.status,
  ),
  text("code", "Stable code of the reason", ({ result }) => result.outcome.code),
  text("reason", "Why, in words", ({ result }) => result.outcome.reason),
  text("map", "Name of the map", ({ measure }) => measure?.map),
  text("region", "Name of the region; empty: the whole map", ({ measure }) => measure?.region),
  text("unit", "Unit of the values", ({ measure }) => measure?.unit),
  ...[...otherStatistics, ...valueStatistics].map(statistic),
  text("subject_id", "Accession id of the subject", ({ facts }) => facts.session.subjectId),
  text("session_id", "Accession id of the session", ({ facts }) => facts.session.id),
  text("session_type", "Data type of the session", ({ facts }) => facts.session.type),
  text("series_uid", "SeriesInstanceUID of the scan", ({ result }) => result.item?.scan.seriesUid),
];

/** The columns of a project: the fixed ones, and one for each custom variable of its subjects and sessions. */
export function listColumns(sessions: Iterable<SessionFacts>): readonly ResultColumn[] {
  const subject = new Set<string>();
  const session = new Set<string>();
  for (const facts of sessions) {
    for (const name of Object.keys(facts.subjectVariables)) subject.add(name);
    for (const name of Object.keys(facts.sessionVariables)) session.add(name);
  }
  const variables = [
    ...[...subject].sort().map((name) =>
      text(`subject_${name}`, "Custom variable of the subject", ({ facts }) => {
        return variableCell(facts.subjectVariables, name);
      }),
    ),
    ...[...session].sort().map((name) =>
      text(`session_${name}`, "Custom variable of the session", ({ facts }) => {
        return variableCell(facts.sessionVariables, name);
      }),
    ),
  ];
  const fixed = new Set([...before, ...after].map(({ name }) => name));
  const renamed = variables.map((column) =>
    fixed.has(column.name) ? { ...column, name: `${column.name}_variable` } : column,
  );
  return [...before, ...renamed, ...after];
}

/** A negative number stays one: as a text it would get an apostrophe, which is meant for formulas. */
function variableCell(variables: Readonly<Record<string, string>>, name: string): Cell {
  const value = Object.hasOwn(variables, name) ? (variables[name] ?? "") : "";
  return value.startsWith("-") && isNumber(value) ? Number(value) : value;
}

/** The data dictionary: columns.json, as BIDS describes the columns of a table. */
export function describeColumns(columns: readonly ResultColumn[]): object {
  return Object.fromEntries(
    columns.map(({ name, meaning, unit }) => {
      const units = unit === "map" ? "that of the column unit" : unit;
      return [name, { Description: meaning, ...(units === "" ? {} : { Units: units }) }];
    }),
  );
}
