import type { OptionsOf } from "#command-json/define-command.ts";
import { UsageError } from "#shared/errors.ts";
import type { command } from "./command.ts";
import type { ListChoices } from "./list-items.ts";
import { parseRule } from "./parse-rule.ts";
import { type ProgramOptions, parseProgramOptions } from "./program-options.ts";
import type { Program, Programs } from "./programs.ts";
import type { RunPipeline } from "./run-record.ts";

export type RunnerOptions = OptionsOf<typeof command>;

/** What a run is asked to do, checked before anything is. */
export interface Order {
  readonly project: string;
  readonly pipelines: readonly RunPipeline[];
  readonly programs: ReadonlyMap<string, Program>;
  readonly options: ReadonlyMap<string, ProgramOptions>;
  readonly choices: ListChoices;
  /** Launched by the Container Service. */
  readonly insideXnat: boolean;
  /** The Container Service stores what lies in the output folder. */
  readonly handedOver: boolean;
}

const optionNames: Readonly<Record<string, readonly [rule: RuleName, options: OptionsName]>> = {
  "process-t1": ["t1-scans", "t1-options"],
  "process-t2": ["t2-scans", "t2-options"],
  "process-dwi": ["dwi-scans", "dwi-options"],
  "mask-average": ["map-scans", "mask-average-options"],
};
type RuleName = "t1-scans" | "t2-scans" | "dwi-scans" | "map-scans";
type OptionsName = "t1-options" | "t2-options" | "dwi-options" | "mask-average-options";

/**
 * What the options ask for.
 *
 * @throws UsageError E-NO-PROJECT; E-RULE, E-PIPELINE, E-PIPELINE-OPTIONS as their readers say
 */
export function readOrder(
  options: RunnerOptions,
  programs: Programs,
  environment: Readonly<Record<string, string | undefined>>,
): Order {
  const project = options.project ?? environment["SOURCE_PROJECT"] ?? "";
  if (project === "") {
    throw new UsageError(
      "E-NO-PROJECT",
      "There is no project to process.",
      "Give its id with --project.",
    );
  }
  const names = [...new Set(options.pipelines.split(",").map((name) => name.trim()))];
  const parts = names.map((name) => {
    const [ruleName, optionsName] = optionNames[name] as readonly [RuleName, OptionsName];
    const program = programs.read(name);
    const text = options[optionsName] ?? "";
    const rule = parseRule(options[ruleName] ?? "", `--${ruleName}`);
    return { name, program, rule, text, parsed: parseProgramOptions(program, text) };
  });
  const insideXnat = (environment["XNAT_WORKFLOW_ID"] ?? "") !== "";
  return {
    project,
    pipelines: parts.map(({ name, program, rule, text }) => ({
      ...{ name, version: program.version, rule: rule.text, options: text },
    })),
    programs: new Map(parts.map(({ name, program }) => [name, program])),
    options: new Map(parts.map(({ name, parsed }) => [name, parsed])),
    choices: {
      pipelines: names,
      rules: new Map(parts.map(({ name, rule }) => [name, rule])),
      subjects: splitGlobs(options.subjects),
      sessions: splitGlobs(options.sessions),
      measures: new Map(parts.flatMap(({ name, program }) => listMapLabels(name, program))),
    },
    insideXnat,
    handedOver: insideXnat && environment["REPORT_STORED_BY"] !== "program",
  };
}

function splitGlobs(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split("|")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Labels of the resources whose maps a program measures in regions; none for programs that make maps. */
function listMapLabels(name: string, { mounts }: Program): [string, readonly string[]][] {
  if (!mounts.some(({ from }) => from.kind === "assessor")) return [];
  const labels = mounts.flatMap(({ from, option }) =>
    from.kind === "scan-resource" && option === "--map" ? from.labels : [],
  );
  return [[name, labels]];
}
