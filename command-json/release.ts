import { readFileSync } from "node:fs";
import type { CommandDefinition } from "./define-command.ts";

/** What comes before the program's name in an image name; put a registry's host in front here. */
const imagePrefix = "xnat-pic";

/** Version of all programs and images, from package.json. For the generator: a bundle has no package.json. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  const { version } = manifest as { readonly version?: unknown };
  if (typeof version !== "string") throw new Error("package.json has no version");
  return version;
}

/** Version of a program and its image: the command's own, or that of the package. */
export function versionOf(command: CommandDefinition): string {
  return command.version ?? packageVersion();
}

/** Name of the program behind a command: of its folder, bundle and image. */
export function programOf({ name, variantOf }: CommandDefinition): string {
  return variantOf ?? name;
}

/** Image name with its tag: `xnat-pic/process-t2:0.1.0`. */
export function imageOf(command: CommandDefinition, version: string): string {
  return `${imagePrefix}/${programOf(command)}:${version}`;
}
