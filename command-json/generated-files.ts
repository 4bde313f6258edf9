import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandDefinition } from "./define-command.ts";
import { encodeCommandJson } from "./encode-command-json.ts";
import { replaceBlock } from "./generated-block.ts";
import { optionsTable, outputsTable, programsTable } from "./readme-tables.ts";
import { programOf } from "./release.ts";
import { commandJsonSchema } from "./schema.ts";

/** A file that follows from the commands. */
export interface GeneratedFile {
  /** Relative to the repository. */
  readonly path: string;
  /** As it is; undefined when missing. */
  readonly found: string | undefined;
  /** As it should be; undefined when it should not exist. */
  readonly wanted: string | undefined;
  /** What keeps it from being generated; empty when nothing does. */
  readonly fault: string;
}

/** Every file that follows from the commands, as found and as wanted. Nothing is written. */
export function generatedFiles(
  root: string,
  commands: readonly CommandDefinition[],
): readonly GeneratedFile[] {
  return [
    ...commands.flatMap((command) =>
      command.variantOf === undefined
        ? [commandFile(root, command), readmeFile(root, command)]
        : [commandFile(root, command)],
    ),
    withBlocks(root, "README.md", { programs: programsTable(commands) }, ""),
    plainFile(root, "command-json/command.schema.json", encodeJson(commandJsonSchema())),
  ];
}

function commandFile(root: string, command: CommandDefinition): GeneratedFile {
  const offered = command.offeredOn.length > 0;
  return plainFile(
    root,
    `containers/${programOf(command)}/${commandFileName(command)}`,
    offered ? encodeJson(encodeCommandJson(command)) : undefined,
  );
}

/** `command.json`; of `project-runner-member`, a variant of `project-runner`, `command-member.json`. */
function commandFileName({ name, variantOf }: CommandDefinition): string {
  return variantOf === undefined ? "command.json" : `command${name.slice(variantOf.length)}.json`;
}

function readmeFile(root: string, command: CommandDefinition): GeneratedFile {
  const blocks = { options: optionsTable(command), outputs: outputsTable(command) };
  return withBlocks(root, `containers/${command.name}/README.md`, blocks, newReadme(command));
}

/** A README to start from, for a program that has none. */
function newReadme(command: CommandDefinition): string {
  const block = (name: string) => `<!-- ${name}:begin -->\n<!-- ${name}:end -->`;
  return `# ${command.name}\n\n${command.description}\n\n## Options\n\n${block("options")}\n\n## Results\n\n${block("outputs")}\n`;
}

function plainFile(root: string, path: string, wanted: string | undefined): GeneratedFile {
  return { path, found: readIfThere(root, path), wanted, fault: "" };
}

function withBlocks(
  root: string,
  path: string,
  blocks: Readonly<Record<string, string>>,
  start: string,
): GeneratedFile {
  const found = readIfThere(root, path);
  let wanted = found ?? start;
  for (const [name, content] of Object.entries(blocks)) {
    const next = replaceBlock(wanted, name, content);
    if (next === undefined) {
      const fault = `needs one pair of lines <!-- ${name}:begin --> and <!-- ${name}:end -->`;
      return { path, found, wanted: found, fault };
    }
    wanted = next;
  }
  return { path, found, wanted, fault: "" };
}

function readIfThere(root: string, path: string): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function encodeJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
