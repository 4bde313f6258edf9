import type { CommandDefinition } from "./define-command.ts";
import { handedOutputs } from "./output-handlers.ts";
import { imageOf, versionOf } from "./release.ts";
import { type CommandJson, commandSchema, type MountJson } from "./schema.ts";
import { encodeWrappers, sourceEnvironment } from "./wrappers.ts";
import { xnatInputsOf } from "./xnat-inputs.ts";

const outputMountName = "out";

/**
 * The command.json of a program, checked against the schema.
 *
 * @throws Error for a program that XNAT offers nowhere, or a declaration the schema refuses
 */
export function encodeCommandJson(
  command: CommandDefinition,
  version = versionOf(command),
): CommandJson {
  if (command.offeredOn.length === 0) throw new Error(`${command.name} is offered nowhere in XNAT`);
  const inputs = Object.entries(command.options).flatMap(([name, option]) =>
    xnatInputsOf(name, option),
  );
  const { reserveMemoryMiB, limitMemoryMiB, limitCpu } = command.resources ?? {};
  return commandSchema.parse({
    name: command.name,
    label: command.label,
    description: command.description,
    version,
    "schema-version": "1.0",
    type: "docker",
    image: imageOf(command, version),
    "override-entrypoint": false,
    "command-line": inputs.map(({ template }) => template).join(" "),
    ...(reserveMemoryMiB === undefined ? {} : { "reserve-memory": reserveMemoryMiB }),
    ...(limitMemoryMiB === undefined ? {} : { "limit-memory": limitMemoryMiB }),
    ...(limitCpu === undefined ? {} : { "limit-cpu": limitCpu }),
    mounts: encodeMounts(command),
    "environment-variables": { ...command.environment, ...sourceEnvironment(command) },
    inputs: inputs.map(({ input }) => input),
    outputs: handedOutputs(command).map(([name, { path, description }]) => ({
      name,
      description,
      required: true,
      mount: outputMountName,
      path: path.slice(path.lastIndexOf("/") + 1),
    })),
    xnat: encodeWrappers(command),
  });
}

/** The image label `org.nrg.commands`: a JSON array of the commands of one image, in one line. */
export function labelOf(command: CommandDefinition, version = versionOf(command)): string {
  return JSON.stringify([encodeCommandJson(command, version)]);
}

function encodeMounts(command: CommandDefinition): readonly MountJson[] {
  const first = Object.values(command.outputs)[0];
  if (first === undefined) throw new Error(`${command.name} has no outputs`);
  return [
    ...Object.entries(command.inputs).map(([name, { path }]) => ({ name, path, writable: false })),
    {
      name: outputMountName,
      path: first.path.slice(0, first.path.lastIndexOf("/")),
      writable: true,
    },
  ];
}
