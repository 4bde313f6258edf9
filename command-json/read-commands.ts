import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CommandDefinition } from "./define-command.ts";

/**
 * The commands of all programs, in order of the programs: the export `command` of containers/<name>/command.ts, and after it
 * its variants, the exports whose names end in `Command`.
 *
 * @param containers - absolute path of the folder
 * @throws Error when a command.ts exports no command, or a name is not that of its folder
 */
export async function readCommands(containers: string): Promise<readonly CommandDefinition[]> {
  const names = readdirSync(containers)
    .filter((name) => existsSync(join(containers, name, "command.ts")))
    .sort();
  const commands = await Promise.all(names.map((name) => readProgram(containers, name)));
  return commands.flat();
}

async function readProgram(
  containers: string,
  name: string,
): Promise<readonly CommandDefinition[]> {
  const file = join(containers, name, "command.ts");
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href);
  const command = module["command"] as CommandDefinition | undefined;
  if (command === undefined) throw new Error(`${file} exports no command`);
  if (command.name !== name) throw new Error(`${file} declares ${command.name}, not ${name}`);
  const variants = Object.entries(module)
    .filter(([key]) => /^[a-z]\w*Command$/.test(key))
    .map(([, variant]) => variant as CommandDefinition);
  for (const { name: own, variantOf } of variants) {
    if (variantOf !== name) throw new Error(`${file} declares ${own}, no variant of ${name}`);
  }
  return [command, ...variants];
}
