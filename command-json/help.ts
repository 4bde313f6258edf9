import { unitEntry } from "#shared/units.ts";
import type { CommandDefinition } from "./define-command.ts";
import type { Option } from "./option.ts";

const columns = 92;
const indent = 6;

/** The text of --help, wrapped to 92 columns. */
export function helpText(command: CommandDefinition): string {
  const lines = [
    `${command.name} - ${command.label}`,
    "",
    ...wrap(command.description, 0),
    "",
    `Usage: ${[command.name, ...(command.positionals ?? []).map((name) => `[${name}]`)].join(" ")} [options]`,
    "",
    "Options:",
    ...Object.entries(command.options).flatMap(([name, option]) => optionLines(name, option)),
    "  --help, -h",
    "      Show this text.",
    "  --version",
    "      Show the version.",
    ...outputLines(command),
    ...exampleLines(command),
  ];
  return lines.join("\n");
}

/** How an option is written: `--max-t2=NUMBER`, `--mask=auto|none|FILE`. */
export function optionUsage(name: string, option: Option): string {
  if (option.kind === "flag") return `--${name}`;
  const words = option.choices.map((choice) => choice.value);
  const value = option.kind === "choice" ? words : [...words, option.placeholder];
  return `--${name}=${value.join("|")}${option.repeatable ? " ..." : ""}`;
}

/** Unit and limits in words: `ms, above 0 ms`; empty when there is nothing to say. */
export function optionLimits(option: Option): string {
  if (option.limits !== "") return option.limits;
  return option.unit === undefined ? "" : unitEntry(option.unit).label;
}

/** The default in words: `500`, `off`, or what happens without the option. */
export function optionDefault(option: Option): string {
  if (option.kind === "flag") return option.defaultText === "true" ? "on" : "off";
  return option.defaultText === "" ? option.unset : option.defaultText;
}

function optionLines(name: string, option: Option): readonly string[] {
  const meanings = option.choices
    .filter((choice) => choice.meaning !== "")
    .flatMap((choice) => wrap(`${choice.value}: ${choice.meaning}`, indent + 2, indent + 4));
  const byDefault = optionDefault(option);
  const facts = [
    optionLimits(option),
    option.repeatable ? "may be repeated" : "",
    byDefault === "" ? "" : `default: ${byDefault}`,
  ].filter((fact) => fact !== "");
  return [
    `  ${optionUsage(name, option)}`,
    ...wrap(
      [option.description, option.details, facts.length === 0 ? "" : `(${facts.join("; ")})`]
        .filter((part) => part !== "")
        .join(" "),
      indent,
    ),
    ...meanings,
  ];
}

function outputLines(command: CommandDefinition): readonly string[] {
  const outputs = Object.values(command.outputs);
  if (outputs.length === 0) return [];
  return [
    "",
    "Output folders:",
    ...outputs.flatMap(({ path, description }) =>
      wrap(`${path.slice(path.lastIndexOf("/") + 1)}/: ${description}`, 2, indent),
    ),
  ];
}

function exampleLines(command: CommandDefinition): readonly string[] {
  const examples = command.examples ?? [];
  if (examples.length === 0) return [];
  return [
    "",
    "Examples:",
    ...examples.flatMap(({ line, does }) => [`  ${line}`, ...wrap(does, indent)]),
  ];
}

/** Lines of at most `columns` characters; a longer word keeps a line of its own. */
function wrap(text: string, first: number, next = first): readonly string[] {
  const lines: string[] = [];
  let line = " ".repeat(first);
  let empty = true;
  for (const word of text.split(/\s+/).filter((piece) => piece !== "")) {
    if (!empty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = " ".repeat(next);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  if (!empty) lines.push(line);
  return lines;
}
