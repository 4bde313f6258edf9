import type { OutputHandlerJson } from "#command-json/schema.ts";
import { findByUri, projectOf } from "../../find.ts";
import { canEdit, canOwn } from "../../rights.ts";
import { fillCommandLine, resolveCommandInputs } from "./command-inputs.ts";
import type { XnatObject } from "./objects.ts";
import { requirePresent, requireUnique, type UniqueValues } from "./require-values.ts";
import {
  type LaunchRequest,
  ResolutionError,
  type ResolvedInput,
  wrapperInputsOf,
} from "./resolution.ts";
import { projectIdOfInputs, resolveInputs } from "./resolve-inputs.ts";
import { splitCommandLine } from "./split-command-line.ts";
import { type Fill, openTemplates } from "./templates.ts";

export interface ResolvedMount {
  readonly name: string;
  readonly path: string;
  readonly writable: boolean;
  /** What is shown there; a new folder without. */
  readonly object: XnatObject | undefined;
}

export interface ResolvedOutput {
  /** `<output>:<handler>`. */
  readonly name: string;
  readonly handler: OutputHandlerJson;
  readonly required: boolean;
  readonly mount: string;
  readonly path: string;
  readonly label: string;
  readonly format: string;
  readonly content: string;
  readonly tags: string;
  /** The object of an input, or the name of an earlier handler. */
  readonly parent: XnatObject | string;
}

/** A command with everything filled in, ready for a back end. */
export interface ResolvedCommand {
  readonly projectId: string | undefined;
  readonly image: string;
  readonly commandLine: string;
  /** Empty when the entry point is overridden. */
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly environment: readonly (readonly [string, string])[];
  readonly containerLabels: readonly (readonly [string, string])[];
  readonly mounts: readonly ResolvedMount[];
  readonly outputs: readonly ResolvedOutput[];
  readonly inputs: readonly {
    readonly type: string;
    readonly name: string;
    readonly value: string;
  }[];
}

/**
 * What a launch becomes, resolved as the Container Service does it.
 *
 * @throws ResolutionError in the words of the server
 */
export function resolveCommand(request: LaunchRequest): ResolvedCommand {
  const { command, values } = request;
  const roots = resolveInputs(request);
  const inputs = resolveCommandInputs(request, roots);
  requirePresent(request, roots, inputs);
  const unique = requireUnique(request, roots);
  const fill = openTemplates(request, unique, inputs);
  const commandLine = fillCommandLine(request, inputs);
  const fillMap = (map: Readonly<Record<string, string>> | undefined) =>
    Object.entries(map ?? {}).map(([key, text]) => [fill(key), fill(text)] as const);
  return {
    projectId: request.project?.id ?? projectIdOfInputs(request, roots),
    image: command.image,
    commandLine,
    args: command["override-entrypoint"] === true ? [] : splitCommandLine(commandLine),
    workingDirectory: fill(command["working-directory"] ?? ""),
    environment: fillMap(command["environment-variables"]),
    containerLabels: fillMap(command["container-labels"]),
    mounts: resolveMounts(request, unique, fill),
    outputs: resolveOutputs(request, unique, fill),
    inputs: listInputs(values, unique, inputs, request),
  };
}

function listInputs(
  values: Readonly<Record<string, string>>,
  unique: UniqueValues,
  inputs: readonly ResolvedInput[],
  { wrapper }: LaunchRequest,
): ResolvedCommand["inputs"] {
  const external = new Set((wrapper["external-inputs"] ?? []).map(({ name }) => name));
  return [
    ...Object.entries(values).map(([name, value]) => ({ type: "raw", name, value })),
    ...[...unique].map(([name, nodes]) => ({
      type: external.has(name) ? "wrapper-external" : "wrapper-derived",
      name,
      value: nodes.map(({ value }) => value).join(", "),
    })),
    ...inputs.map(({ input, values: own }) => ({
      type: "command",
      name: input.name,
      value: own.join(", "),
    })),
  ];
}

function resolveMounts(
  { command, wrapper }: LaunchRequest,
  unique: UniqueValues,
  fill: Fill,
): readonly ResolvedMount[] {
  return (command.mounts ?? []).map(({ name, path, writable }): ResolvedMount => {
    const provider = wrapperInputsOf(wrapper).find(
      (input) => input["provides-files-for-command-mount"] === name,
    );
    const [value, ...more] = provider === undefined ? [] : (unique.get(provider.name) ?? []);
    if (more.length > 0) {
      throw new ResolutionError(
        `Input "${provider?.name}" has multiple resolved values. We can only use inputs with a single resolved value.`,
      );
    }
    const { object } = value ?? {};
    const place = object?.type === "File" ? object["path"] : object?.directory;
    // A subject has no folder of its own, an assessor may have one under another name.
    if (value !== undefined && (place ?? "") === "") {
      throw new ResolutionError(`Mount "${name}" should have a root path but does not.`);
    }
    return { name, path: fill(path), writable: writable === true || object === undefined, object };
  });
}

function resolveOutputs(
  request: LaunchRequest,
  unique: UniqueValues,
  fill: Fill,
): readonly ResolvedOutput[] {
  const { command, wrapper, configuration } = request;
  const earlier = new Set<string>();
  const outputs: ResolvedOutput[] = [];
  for (const handler of wrapper["output-handlers"] ?? []) {
    const output = command.outputs?.find(({ name }) => name === handler["accepts-command-output"]);
    if (output === undefined) continue;
    const below = handler["as-a-child-of"];
    const parent = earlier.has(below) ? below : requireParent(output.name, below, unique);
    const required = output.required === true;
    if (typeof parent !== "string" && !mayCreate(request, handler, parent)) {
      if (!required) continue;
      throw new ResolutionError(
        `User "${request.user.login}" does not have sufficient permissions to create the output ${handler.type ?? "Resource"}.`,
      );
    }
    earlier.add(handler.name);
    outputs.push({
      name: `${output.name}:${handler.name}`,
      handler,
      required,
      mount: output.mount,
      path: fill(output.path ?? ""),
      label: fill(configuration.outputs?.[handler.name]?.label ?? handler.label ?? ""),
      format: fill(handler.format ?? ""),
      content: fill(handler.content ?? ""),
      tags: (handler.tags ?? []).map(fill).join(","),
      parent,
    });
  }
  return outputs;
}

function requireParent(output: string, name: string, unique: UniqueValues): XnatObject {
  const [value] = unique.get(name) ?? [];
  if (value?.object === undefined) {
    throw new ResolutionError(
      `Cannot resolve output "${output}". Input "${name}" is supposed to handle the output, but it does not have an XNAT object value.`,
    );
  }
  return value.object;
}

/** Resources and scans need the right to edit what they go to; an assessor without xsi-type is not checked. */
function mayCreate(
  { site, user }: LaunchRequest,
  handler: OutputHandlerJson,
  parent: XnatObject,
): boolean {
  if (handler.type === "Assessor" && handler["xsi-type"] === undefined) return true;
  const owner = findByUri(site, parent.uri.replace(/\/resources\/.*$/, ""));
  if (owner === undefined) return true;
  const project = projectOf(site, owner);
  return owner.kind === "project" ? canOwn(user, project) : canEdit(user, project);
}
