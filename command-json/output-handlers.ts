import type { CommandDefinition } from "./define-command.ts";
import type { OutputMount } from "./mounts.ts";
import type { OutputHandlerJson } from "./schema.ts";

/** The outputs that the Container Service stores. */
export function handedOutputs(command: CommandDefinition): readonly [string, OutputMount][] {
  return command.storesOutputs === true ? [] : Object.entries(command.outputs);
}

/**
 * Where XNAT puts the outputs.
 *
 * @param parent - wrapper input whose object they belong to
 */
export function outputHandlers(command: CommandDefinition, parent: string): OutputHandlerJson[] {
  return handedOutputs(command).map(([name, output]) => ({
    name: `${name}-resource`,
    "accepts-command-output": name,
    "as-a-child-of": parent,
    type: "Resource",
    label: output.label,
    format: output.format,
    content: output.content,
  }));
}
