import packageJson from "../package.json" with { type: "json" };
import type { CommandDefinition } from "./define-command.ts";

/** What comes before the program's name in an image name; put a registry's host in front here. */
const imagePrefix = "xnat-pic";

/** Version of the programs and of their images: that of the package, unless the command has its own. */
export function versionOf(command: CommandDefinition): string {
  return command.version ?? packageJson.version;
}

/** Image name with its tag: `xnat-pic/process-t2:0.1.0`. */
export function imageOf(command: CommandDefinition): string {
  return `${imagePrefix}/${command.name}:${versionOf(command)}`;
}
