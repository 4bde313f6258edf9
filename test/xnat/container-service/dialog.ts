import type { FoundWrapper } from "./command-store.ts";
import { resolveCommandInputs } from "./resolve/command-inputs.ts";
import { gatherNodes, isRequired } from "./resolve/require-values.ts";
import {
  type InputNode,
  isDerived,
  type LaunchRequest,
  type ResolvedInput,
  type ValueNode,
  type WrapperInputJson,
  wrapperInputsOf,
} from "./resolve/resolution.ts";
import { resolveInputs } from "./resolve/resolve-inputs.ts";

/** One field of the launch form. */
export interface DialogInput {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly advanced: boolean;
  readonly required: boolean;
  readonly "user-settable": boolean;
  readonly multiple: boolean;
  readonly "input-type": string;
  readonly "select-values": readonly { readonly label: string; readonly value: string }[];
  readonly children: readonly DialogInput[];
}

export interface DialogValue {
  readonly value: string;
  readonly label: string;
  readonly children: readonly DialogValues[];
}

/** What a field can have; below each value what follows from it. */
export interface DialogValues {
  readonly name: string;
  readonly values: readonly DialogValue[];
}

/** The launch form as data. */
export interface Dialog {
  readonly meta: Readonly<Record<string, string | number>>;
  readonly "container-server-config": object;
  readonly "input-config": readonly DialogInput[];
  readonly "input-values": readonly DialogValues[];
}

/** A required input has no candidate; the server answers 400. */
export class UnresolvedFields extends Error {}

/**
 * The form for a launch, resolved as far as that goes without the user.
 *
 * @param isBulk - the values are a sample; nobody can choose
 * @throws UnresolvedFields; ResolutionError for another failure
 */
export function describeDialog(
  request: LaunchRequest,
  { id, stored }: FoundWrapper,
  isBulk: boolean,
): Dialog {
  const { command, wrapper } = request;
  const roots = resolveInputs(request, "dialog");
  requireCandidates(request, roots);
  const inputs = resolveCommandInputs({ ...request, values: {} }, roots);
  const free = inputs.filter(({ fedBy }) => fedBy === undefined);
  const external = wrapper["external-inputs"] ?? [];
  return {
    meta: {
      "command-id": stored.id,
      "command-name": command.name,
      "wrapper-id": id,
      "wrapper-name": wrapper.name,
      "image-name": command.image,
      "image-type": command.type ?? "docker",
    },
    "container-server-config": { "swarm-constraints": [] },
    "input-config": [
      ...external.map((input) => describeInput(request, input, roots, isBulk)),
      ...free.map((one) => describeCommandInput(request, one)),
    ],
    "input-values": [
      ...roots.map(describeNode),
      ...free.map(({ input }) => describeDefault(request, input)),
    ],
  };
}

function requireCandidates(request: LaunchRequest, roots: readonly InputNode[]): void {
  const nodes = gatherNodes(roots);
  const missing = wrapperInputsOf(request.wrapper).filter((input) => {
    const values = (nodes.get(input.name) ?? []).flatMap((node) => node.values);
    return values.length === 0 && isDerived(input) && isRequired(request, input);
  });
  if (missing.length === 0) return;
  throw new UnresolvedFields(
    `The command has failed in the pre-resolution step.\nThe following required fields cannot be resolved using the provided data: ${missing.map(({ name }) => name).join(", ")}`,
  );
}

function describeInput(
  request: LaunchRequest,
  input: WrapperInputJson,
  roots: readonly InputNode[],
  isBulk: boolean,
): DialogInput {
  const configured = request.configuration.inputs?.[input.name];
  const nodes = gatherNodes(roots).get(input.name) ?? [];
  const most = Math.max(0, ...nodes.map(({ values }) => values.length));
  const isMultiple = isDerived(input) && input.multiple === true;
  const isSettable = configured?.["user-settable"] ?? input["user-settable"] ?? true;
  const children = (request.wrapper["derived-inputs"] ?? []).filter(
    (one) => one["derived-from-wrapper-input"] === input.name,
  );
  const menu = isMultiple ? "select-many" : "select-one";
  const form = !isSettable || most === 1 ? "static" : most === 0 ? "text" : menu;
  return {
    name: input.name,
    label: input.label ?? input.name,
    description: input.description ?? "",
    advanced: configured?.advanced ?? false,
    required: isRequired(request, input),
    "user-settable": isSettable,
    multiple: isMultiple,
    "input-type": isBulk && isDerived(input) ? "derived" : form,
    "select-values": [],
    children: children.map((child) => describeInput(request, child, roots, isBulk)),
  };
}

const kept = ["boolean", "select-one", "select-many", "file"];

function describeCommandInput(request: LaunchRequest, { input }: ResolvedInput): DialogInput {
  const configured = request.configuration.inputs?.[input.name];
  const isSettable = configured?.["user-settable"] ?? true;
  const type = input.type ?? "string";
  const form = kept.includes(type) ? type : input.sensitive === true ? "password" : "text";
  return {
    name: input.name,
    label: input.label ?? input.name,
    description: input.description ?? "",
    advanced: configured?.advanced ?? false,
    required: configured?.required ?? input.required ?? false,
    "user-settable": isSettable,
    multiple: type === "select-many",
    "input-type": isSettable ? form : "static",
    "select-values": (input["select-values"] ?? []).map((value) => ({ label: value, value })),
    children: [],
  };
}

const describeNode = ({ input, values }: InputNode): DialogValues => ({
  name: input.name,
  values: values.map(describeValue),
});

const describeValue = ({ value, label, children }: ValueNode): DialogValue => ({
  value,
  label,
  children: children.map(describeNode),
});

function describeDefault(request: LaunchRequest, input: ResolvedInput["input"]): DialogValues {
  const value =
    request.values[input.name] ??
    request.configuration.inputs?.[input.name]?.["default-value"] ??
    input["default-value"] ??
    "";
  return { name: input.name, values: [{ value, label: value, children: [] }] };
}
