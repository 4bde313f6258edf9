import type { CommandDefinition } from "./define-command.ts";
import { optionDefault, optionLimits, optionUsage } from "./help.ts";
import type { Option } from "./option.ts";
import { xnatInputsOf } from "./xnat-inputs.ts";

/** Options of a program as a Markdown table. */
export function optionsTable(command: CommandDefinition): string {
  const inXnat = command.offeredOn.length > 0;
  const rows = Object.entries(command.options).map(([name, option]) => [
    code(optionUsage(name, option)),
    describe(option),
    plain(optionLimits(option)),
    plain(optionDefault(option)),
    ...(inXnat ? [xnatInputsOf(name, option).length > 0 ? "yes" : ""] : []),
  ]);
  const head = ["Option", "Meaning", "Unit, limits", "Default", ...(inXnat ? ["In XNAT"] : [])];
  return table(head, rows);
}

/** Results of a program as a Markdown table. */
export function outputsTable(command: CommandDefinition): string {
  const inXnat = command.offeredOn.length > 0;
  const rows = Object.values(command.outputs).map((output) => [
    code(`${output.path.slice(output.path.lastIndexOf("/") + 1)}/`),
    plain(output.description),
    output.format,
    ...(inXnat ? [resource(output.label)] : []),
  ]);
  return table(["Folder", "Content", "Format", ...(inXnat ? ["Resource in XNAT"] : [])], rows);
}

/** All programs as a Markdown table for the top README. */
export function programsTable(commands: readonly CommandDefinition[]): string {
  const programs = commands.filter(({ variantOf }) => variantOf === undefined);
  const rows = programs.map((command) => [
    `[${command.name}](containers/${command.name}/README.md)`,
    plain(command.description),
    command.offeredOn.map(({ level }) => level).join(", "),
    command.offeredOn.length === 0
      ? ""
      : Object.values(command.outputs)
          .map(({ label }) => resource(label))
          .join(", "),
  ]);
  return table(["Program", "What it does", "Offered in XNAT on", "Results in XNAT"], rows);
}

function describe(option: Option): string {
  const words = option.choices
    .filter(({ meaning }) => meaning !== "")
    .map(({ value, meaning }) => `${code(value)}: ${plain(meaning)}`);
  const sentences = [option.description, option.details].filter((part) => part !== "").join(" ");
  return [plain(sentences), ...words].join("<br>");
}

/** A Markdown table. Columns are padded as formatters of Markdown do, so that generator and formatter agree. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "None.";
  const cells = [head, ...rows].map((row) => row.map(escapeCell));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[], filler: string) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!, filler)).join(" | ")} |`;
  const [first = [], ...others] = cells;
  const rule = line(
    first.map(() => ""),
    "-",
  );
  return [line(first, " "), rule, ...others.map((row) => line(row, " "))].join("\n");
}

/** Text without Markdown: T2* is no emphasis, <scan> no tag. */
export function plain(text: string): string {
  return text
    .replace(/[\\*_`[\]]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;");
}

/** Name of a resource, with what it takes from XNAT in angle brackets. */
function resource(label: string): string {
  return code(label.replace(/#([^#]*)#/g, "<$1>"));
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A bar ends a cell, even inside code. */
function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
}
