import type { CommandDefinition } from "./define-command.ts";
import { optionDefault, optionLimits, optionUsage } from "./help.ts";
import type { Option } from "./option.ts";

/** Options of a program as a Markdown table. */
export function optionsTable(command: CommandDefinition): string {
  const rows = Object.entries(command.options).map(([name, option]) => [
    code(optionUsage(name, option)),
    describe(option),
    plain(optionLimits(option)),
    plain(optionDefault(option)),
    option.inXnat ? "yes" : "",
  ]);
  return table(["Option", "Meaning", "Unit, limits", "Default", "In XNAT"], rows);
}

/** Results of a program as a Markdown table. */
export function outputsTable(command: CommandDefinition): string {
  const rows = Object.values(command.outputs).map((output) => [
    code(`${output.path.slice(output.path.lastIndexOf("/") + 1)}/`),
    plain(output.description),
    code(output.label),
    output.format,
  ]);
  return table(["Folder", "Content", "Resource in XNAT", "Format"], rows);
}

/** All programs as a Markdown table for the top README. */
export function programsTable(commands: readonly CommandDefinition[]): string {
  const rows = commands.map((command) => [
    `[${command.name}](containers/${command.name}/README.md)`,
    plain(command.description),
    command.offeredOn.map(({ level }) => level).join(", "),
    Object.values(command.outputs)
      .map(({ label }) => code(label))
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

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Text without Markdown: T2* is no emphasis, <scan> no tag. */
function plain(text: string): string {
  return text
    .replace(/[\\*_`[\]]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;");
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A bar ends a cell, even inside code. */
function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
}
