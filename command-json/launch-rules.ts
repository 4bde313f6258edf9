import { findIllegalString } from "./illegal-strings.ts";
import { type Issue, pointTo, type Severity } from "./issue.ts";
import type { ServerCommand, ServerWrapper, ServerWrapperInput } from "./server-command.ts";
import { derivableFrom, freeTextOf, propertiesOf, rootNames } from "./vocabulary.ts";

/**
 * What the server accepts and regrets at launch: W02, W03, W11, W13, W15 to W19.
 * Sources: its resolution of inputs and outputs, version 3.7.3.
 */
export function checkLaunch(command: ServerCommand): readonly Issue[] {
  return [
    ...illegalDefaults(command),
    ...overlappingOutputs(command),
    ...command.wrappers.flatMap((wrapper) => [
      ...rootInputs(wrapper),
      ...[...wrapper.external, ...wrapper.derived].flatMap((input) => [...targets(command, input)]),
      ...wrapper.derived.flatMap((input) => [...derivation(wrapper, input)]),
    ]),
  ];
}

function issue(
  id: string,
  severity: Severity,
  pointer: string,
  message: string,
  proposal: string,
): Issue {
  return { id, severity, pointer, message, proposal };
}

function* illegalDefaults(command: ServerCommand): Generator<Issue> {
  const inputs = [
    ...command.inputs.map((input) => ({
      ...input,
      values: [input.defaultValue, ...input.selectValues],
    })),
    ...command.wrappers
      .flatMap((wrapper) => [...wrapper.external, ...wrapper.derived])
      .map((input) => ({ ...input, values: [input.defaultValue] })),
  ];
  for (const { at, name, values } of inputs) {
    for (const value of values) {
      const illegal = findIllegalString(value ?? "");
      if (illegal === undefined) continue;
      yield issue(
        "W11",
        "error",
        pointTo(at, value === values[0] ? "default-value" : "select-values"),
        `Input "${name}" has the value "${value}", and the server refuses every launch with "${illegal}" in a value.`,
        `Write the value without "${illegal}".`,
      );
    }
  }
}

function* overlappingOutputs(command: ServerCommand): Generator<Issue> {
  const outputs = command.outputs.map((output) => ({
    ...output,
    folder: `/${(output.path ?? "")
      .split("/")
      .filter((part) => part !== "" && part !== ".")
      .join("/")}/`.replace("//", "/"),
  }));
  for (const [index, second] of outputs.entries()) {
    for (const first of outputs.slice(0, index)) {
      if (first.mount !== second.mount) continue;
      if (!first.folder.startsWith(second.folder) && !second.folder.startsWith(first.folder))
        continue;
      yield issue(
        "W13",
        "warning",
        second.at,
        `The outputs "${first.name}" and "${second.name}" share files, which are uploaded twice.`,
        "Give each output a folder of its own.",
      );
    }
  }
}

function* rootInputs(wrapper: ServerWrapper): Generator<Issue> {
  const { external, at } = wrapper;
  const pointer = pointTo(at, "external-inputs");
  if (external.length > 1) {
    yield issue(
      "W15",
      "warning",
      pointer,
      "The web pages offer only wrappers with exactly one external input.",
      "Turn the others into command inputs.",
    );
  }
  const root = external[0];
  if (root === undefined) {
    if (!wrapper.contexts.includes("site")) {
      yield issue(
        "W15",
        "warning",
        pointer,
        "A wrapper without external input is offered nowhere but on the site.",
        "Add the object it works on.",
      );
    }
  } else if (!(rootNames as readonly string[]).includes(root.name)) {
    yield issue(
      "W16",
      "note",
      pointTo(root.at, "name"),
      `The root input is called "${root.name}"; a launch with a bare id takes that name for the kind of object.`,
      `Call it one of ${rootNames.join(", ")}.`,
    );
  }
}

function* targets(command: ServerCommand, input: ServerWrapperInput): Generator<Issue> {
  const { providesValueFor, providesFilesFor, at } = input;
  if (providesValueFor && !command.inputs.some(({ name }) => name === providesValueFor)) {
    yield issue(
      "W02",
      "error",
      pointTo(at, "provides-value-for-command-input"),
      `There is no command input "${providesValueFor}", so the value goes nowhere.`,
      "Correct the name.",
    );
  }
  if (providesFilesFor && !command.mounts.some(({ name }) => name === providesFilesFor)) {
    yield issue(
      "W02",
      "error",
      pointTo(at, "provides-files-for-command-mount"),
      `There is no mount "${providesFilesFor}", so the files go nowhere and the mount meant becomes an empty output folder.`,
      "Correct the name.",
    );
  }
}

function* derivation(wrapper: ServerWrapper, input: ServerWrapperInput): Generator<Issue> {
  const parent = [...wrapper.external, ...wrapper.derived].find(
    ({ name }) => name === input.parent,
  );
  if (parent === undefined || parent === input) return;
  const { type, property, at } = input;
  if (!(derivableFrom[type]?.includes(parent.type) ?? false)) {
    const parents = derivableFrom[type];
    yield issue(
      "W19",
      "error",
      pointTo(at, "type"),
      `A ${type} cannot be derived from a ${parent.type}; the input never has a value.`,
      parents === undefined
        ? `Inputs of type ${type} are never derived.`
        : `Derive it from one of ${parents.join(", ")}.`,
    );
    return;
  }
  // The property is one of the parent for texts, else one of the object itself.
  const owner = type === "string" ? parent.type : type;
  const properties = propertiesOf[owner];
  const pointer = pointTo(at, "derived-from-xnat-object-property");
  if (property === undefined) {
    if (type === "string" && properties !== undefined) {
      yield issue(
        "W18",
        "warning",
        at,
        `No property of the ${owner} is named, so the text has no value.`,
        'Add "derived-from-xnat-object-property".',
      );
    }
  } else if (properties !== undefined && !properties.includes(property)) {
    yield issue(
      "W18",
      "warning",
      pointer,
      `A ${owner} has no property "${property}", so there is no value.`,
      `Choose one of ${properties.join(", ")}.`,
    );
  } else if (freeTextOf[owner]?.includes(property)) {
    yield issue(
      "W17",
      "warning",
      pointer,
      `"${property}" of a ${owner} is free text, and a "(" in it stops the launch.`,
      "Derive an id, and read the text inside the container.",
    );
  }
}
