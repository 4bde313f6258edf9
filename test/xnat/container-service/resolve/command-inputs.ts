import type { CommandJson } from "#command-json/schema.ts";
import type { Site } from "../../site.ts";
import { gatherNodes } from "./require-values.ts";
import {
  type InputNode,
  keyOf,
  type LaunchRequest,
  ResolutionError,
  type ResolvedInput,
  readValues,
  wrapperInputsOf,
} from "./resolution.ts";
import { requireLegal } from "./resolve-inputs.ts";
import { fillText } from "./templates.ts";

/**
 * The command's own inputs: what a wrapper input feeds, else the default of the configuration or the command, else
 * what the user sent.
 *
 * @throws ResolutionError for an illegal string
 */
export function resolveCommandInputs(
  request: Pick<LaunchRequest, "command" | "wrapper" | "configuration" | "values">,
  roots: readonly InputNode[],
): readonly ResolvedInput[] {
  const nodes = gatherNodes(roots);
  return (request.command.inputs ?? []).map((input): ResolvedInput => {
    const feeder = wrapperInputsOf(request.wrapper).find(
      (one) => one["provides-value-for-command-input"] === input.name,
    );
    const fed = feeder === undefined ? [] : (nodes.get(feeder.name) ?? []).flatMap((n) => n.values);
    const text =
      request.values[input.name] ??
      request.configuration.inputs?.[input.name]?.["default-value"] ??
      input["default-value"] ??
      "";
    const raw =
      fed.length > 0
        ? fed.map(({ value }) => value)
        : input.type === "select-many"
          ? readValues(text)
          : [text];
    const values = input.type === "boolean" ? raw.map((value) => wordOf(input, value)) : raw;
    for (const value of values) requireLegal(input.name, value);
    return { input, values, fedBy: feeder?.name };
  });
}

/** Anything but "true" counts as false. */
function wordOf(input: ResolvedInput["input"], value: string): string {
  const isTrue = value.toLowerCase() === "true";
  return isTrue ? (input["true-value"] ?? value) : (input["false-value"] ?? value);
}

/** What stands in the command line for an input: flag, separator and value; nothing for a blank value. */
function commandLineText({ input, values }: ResolvedInput): string {
  const filled = values.filter((value) => value.trim() !== "");
  if (filled.length === 0) return "";
  const flag = input["command-line-flag"] ?? "";
  const lead = flag === "" ? "" : `${flag}${input["command-line-separator"] ?? " "}`;
  const [only = ""] = filled;
  if (filled.length === 1 && input["multiple-delimiter"] !== "quoted-space")
    return `${lead}${only}`;
  switch (input["multiple-delimiter"]) {
    case "flag":
      return filled.map((value) => `${lead}${value}`).join(" ");
    case "comma":
      return `${lead}${filled.join(",")}`;
    case "quoted-space":
      return filled.length === 1 ? `${lead}${only}` : `${lead}'${filled.join(" ")}'`;
    default:
      return `${lead}${filled.join(" ")}`;
  }
}

/** The command line with its keys replaced: those of command inputs only. */
export function fillCommandLine(
  { site, command }: { readonly site: Pick<Site, "random">; readonly command: CommandJson },
  inputs: readonly ResolvedInput[],
): string {
  // Rule W04: the server checks no command-line before it splits one.
  const line = command["command-line"] as string | undefined;
  if (line === undefined) throw new ResolutionError("null");
  return fillText(
    site,
    line,
    new Map(inputs.map((one) => [keyOf(one.input), commandLineText(one)])),
  );
}
