import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CommandDefinition } from "./define-command.ts";

/**
 * The commands of all programs, in order of their names: the export `command` of containers/<name>/command.ts.
 *
 * @param containers - absolute path of the folder
 * @throws Error when a command.ts exports no command, or its name is not that of its folder
 */
export async function readCommands(containers: string): Promise<readonly CommandDefinition[]> {
  const names = readdirSync(containers)
    .filter((name) => existsSync(join(containers, name, "command.ts")))
    .sort();
  return Promise.all(names.map((name) => readCommand(containers, name)));
}

async function readCommand(containers: string, name: string): Promise<CommandDefinition> {
  const file = join(containers, name, "command.ts");
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href);
  const command = module["command"] as CommandDefinition | undefined;
  if (command === undefined) throw new Error(`${file} exports no command`);
  if (command.name !== name) throw new Error(`${file} declares ${command.name}, not ${name}`);
  return command;
}
