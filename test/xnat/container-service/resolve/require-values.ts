import {
  type InputNode,
  isDerived,
  type LaunchRequest,
  ResolutionError,
  type ResolvedInput,
  type ValueNode,
  type WrapperInputJson,
  wrapperInputsOf,
} from "./resolution.ts";

/** What each wrapper input has in the end, by name; several values only where it is `multiple`. */
export type UniqueValues = ReadonlyMap<string, readonly ValueNode[]>;

/** Nodes of each input anywhere in the tree, by name. */
export function gatherNodes(roots: readonly InputNode[]): ReadonlyMap<string, InputNode[]> {
  const found = new Map<string, InputNode[]>();
  const visit = (node: InputNode): void => {
    found.set(node.input.name, [...(found.get(node.input.name) ?? []), node]);
    for (const value of node.values) value.children.forEach(visit);
  };
  roots.forEach(visit);
  return found;
}

const isMultiple = (input: WrapperInputJson): boolean =>
  isDerived(input) && input.multiple === true;

export function isRequired(request: LaunchRequest, input: WrapperInputJson): boolean {
  return request.configuration.inputs?.[input.name]?.required ?? input.required ?? true;
}

/**
 * The one value of each wrapper input, as a launch needs it.
 *
 * @throws ResolutionError for a derived input with several candidates, or with none though it is required
 */
export function requireUnique(request: LaunchRequest, roots: readonly InputNode[]): UniqueValues {
  const nodes = gatherNodes(roots);
  const unique = new Map<string, readonly ValueNode[]>();
  for (const input of wrapperInputsOf(request.wrapper)) {
    const values = (nodes.get(input.name) ?? []).flatMap((node) => node.values);
    if (values.length > 1 && !isMultiple(input)) {
      throw new ResolutionError(
        `Input "${input.name}"  does not have a unique, resolved value and multiple = true is not set in command.json.`,
      );
    }
    if (values.length === 0 && isDerived(input) && isRequired(request, input)) {
      throw new ResolutionError(
        `Input "${input.name}" could not be resolved for this item. You might check the JSONPath matchers in command.json and confirm that this item has ${input.type ?? "string"} data.`,
      );
    }
    unique.set(input.name, values);
  }
  return unique;
}

/** @throws ResolutionError that names every external and command input that is required and has no value */
export function requirePresent(
  request: LaunchRequest,
  roots: readonly InputNode[],
  inputs: readonly ResolvedInput[],
): void {
  const missing = [
    ...roots
      .filter(({ input, values }) => values.length === 0 && isRequired(request, input))
      .map(({ input }) => input.name),
    ...inputs
      .filter(({ input, values }) => isCommandInputRequired(request, input) && isBlank(values))
      .map(({ input }) => input.name),
  ];
  if (missing.length === 0) return;
  throw new ResolutionError(
    `Missing values for required input${missing.length === 1 ? "" : "s"}: ${missing.join(", ")}.`,
  );
}

const isBlank = (values: readonly string[]): boolean => values.every((value) => value === "");

function isCommandInputRequired(request: LaunchRequest, input: ResolvedInput["input"]): boolean {
  return request.configuration.inputs?.[input.name]?.required ?? input.required ?? false;
}
