import { type Issue, pointTo } from "./issue.ts";
import type {
  ServerCommand,
  ServerHandler,
  ServerWrapper,
  ServerWrapperInput,
} from "./server-command.ts";
import {
  foreignCharacter,
  isBlank,
  isSelect,
  noSelectFromXnat,
  serverError,
} from "./server-error.ts";
import { handlerTypes, wrapperInputTypes } from "./vocabulary.ts";

type Inputs = Map<string, ServerWrapperInput>;

/** Rules E24 to E46 for one wrapper, with the server's messages. */
export function* checkWrapper(
  command: ServerCommand,
  wrapper: ServerWrapper,
  prefix: string,
): Generator<Issue> {
  const inputs: Inputs = new Map();
  for (const input of wrapper.external) {
    yield* uniqueInput(input, inputs, prefix, "external", "E24");
    yield* selectRule(command, input, prefix, "external", "E25");
    yield* inputRules(input, prefix);
  }
  for (const input of wrapper.derived) {
    yield* uniqueInput(input, inputs, prefix, "derived", "E30");
    yield* parentRules(input, inputs, prefix);
    yield* selectRule(command, input, prefix, "derived", "E33");
    yield* inputRules(input, prefix);
    yield* derivedRules(input, prefix);
  }
  yield* handlerRules(command, wrapper, inputs, prefix);
}

function* uniqueInput(
  input: ServerWrapperInput,
  inputs: Inputs,
  prefix: string,
  kind: string,
  id: string,
): Generator<Issue> {
  if (inputs.has(input.name)) {
    yield serverError(id, input.at, `${prefix}${kind} input name "${input.name}" is not unique.`);
  } else inputs.set(input.name, input);
}

function* selectRule(
  command: ServerCommand,
  input: ServerWrapperInput,
  prefix: string,
  kind: string,
  id: string,
): Generator<Issue> {
  const target = command.inputs.find(({ name }) => name === input.providesValueFor);
  if (target !== undefined && (isSelect(target) || target.selectValues.length > 0)) {
    yield serverError(
      id,
      input.at,
      `${prefix}${kind} input "${input.name}" provides values for command input "${target.name}", which is a select type. ${noSelectFromXnat}`,
    );
  }
}

function* inputRules(input: ServerWrapperInput, prefix: string): Generator<Issue> {
  const { at, name, type } = input;
  const subject = `${prefix}Command wrapper input "${name}"`;
  if (isBlank(name)) {
    yield serverError("E26", at, `${prefix}Command wrapper input name cannot be blank.`);
  }
  if (!(wrapperInputTypes as readonly string[]).includes(type)) {
    yield serverError(
      "E27",
      pointTo(at, "type"),
      `${subject} - Unknown type "${type}". Known types: ${wrapperInputTypes.join(", ")}`,
    );
  }
  if (!isBlank(input.viaSetupCommand) && isBlank(input.providesFilesFor)) {
    yield serverError(
      "E28",
      pointTo(at, "via-setup-command"),
      `${subject} - "via-setup-command": "${input.viaSetupCommand}" - You cannot set "via-setup-command" on an input that does not provide files for a command mount.`,
    );
  }
  if (foreignCharacter.test(name)) {
    yield serverError(
      "E29",
      at,
      `${subject} name should contain only alphanumeric, _ and - characters.`,
    );
  }
}

function* parentRules(input: ServerWrapperInput, inputs: Inputs, prefix: string): Generator<Issue> {
  const subject = `${prefix}derived input "${input.name}"`;
  const pointer = pointTo(input.at, "derived-from-wrapper-input");
  if (input.name === input.parent) {
    yield serverError("E31", pointer, `${subject} is derived from itself.`);
  }
  if (input.parent === undefined || !inputs.has(input.parent)) {
    yield serverError(
      "E32",
      pointer,
      `${subject} is derived from an unknown XNAT input "${input.parent ?? null}". Known inputs: ${[...inputs.keys()].join(", ")}`,
    );
  }
}

function* derivedRules(input: ServerWrapperInput, prefix: string): Generator<Issue> {
  const { at, name, parent, multiple } = input;
  if (isBlank(parent)) {
    yield serverError(
      "E34",
      at,
      `${prefix}Command wrapper input "${name}" - property "derived-from-wrapper-input" cannot be blank.`,
    );
  }
  if (!multiple) return;
  const subject = `${prefix}derived input "${name}" is designated as a "multiple" input, which`;
  if (!isBlank(input.providesFilesFor)) {
    yield serverError(
      "E35",
      at,
      `${subject} means it cannot provide files for command mounts (consider mounting the parent element).`,
    );
  }
  if (isBlank(input.providesValueFor)) {
    // The missing blank is the server's.
    yield serverError(
      "E36",
      at,
      `${subject}means it must directly provide values for some command input.`,
    );
  }
}

function* handlerRules(
  command: ServerCommand,
  wrapper: ServerWrapper,
  inputs: Inputs,
  prefix: string,
): Generator<Issue> {
  const outputs = new Set(command.outputs.map((output) => output.name ?? "null"));
  const multiple = new Set(
    wrapper.derived.filter((input) => input.multiple).map(({ name }) => name),
  );
  const handled = new Set<string>();
  const handlers = new Set<string>();
  for (const handler of wrapper.handlers) {
    const { at, output, parent } = handler;
    const name = handler.name ?? "null";
    if (output === undefined || !outputs.has(output)) {
      yield serverError(
        "E37",
        pointTo(at, "accepts-command-output"),
        `${prefix}output handler refers to unknown command output "${output ?? null}". Known outputs: ${[...outputs].join(", ")}.`,
      );
    } else handled.add(output);
    const pointer = pointTo(at, "as-a-child-of");
    const input = inputs.get(parent ?? "");
    if (input === undefined && !handlers.has(parent ?? "")) {
      const known = `Known inputs: ${[...inputs.keys()].join(", ")}.\nKnown outputs (so far): ${[...handlers].join(", ")}.`;
      yield serverError(
        "E38",
        pointer,
        `${prefix}output handler does not refer to a known wrapper input or output. "as-a-child-of": "${parent ?? null}".\n${known}`,
      );
    }
    const subject = `${prefix}output handler "${name}" has "as-a-child-of": "${parent ?? null}", but that input`;
    if (multiple.has(parent ?? "")) {
      yield serverError("E39", pointer, `${subject} is set to allow multiple values.`);
    }
    if (input?.property !== undefined && input.property !== "uri") {
      yield serverError(
        "E40",
        pointer,
        `${subject}'s value is set to "${input.property}", which will cause the upload to fail (a "uri" is required for upload).`,
      );
    }
    if (handlers.has(name)) {
      yield serverError("E41", at, `${prefix}output handler name "${name}" is not unique.`);
    }
    handlers.add(name);
    yield* ownHandlerRules(handler, name, prefix);
  }
  for (const output of outputs) {
    if (!handled.has(output)) {
      yield serverError(
        "E46",
        pointTo(wrapper.at, "output-handlers"),
        `${prefix}command output "${output}" is not handled by any output handler.`,
      );
    }
  }
}

function* ownHandlerRules(handler: ServerHandler, name: string, prefix: string): Generator<Issue> {
  const { at, type } = handler;
  const subject = `${prefix}Command wrapper output "${name}"`;
  if (isBlank(handler.name)) {
    yield serverError("E42", at, `${prefix}Command wrapper output - name cannot be blank.`);
  }
  if (isBlank(handler.output)) {
    yield serverError("E43", at, `${subject} - property "accepts-command-output" cannot be blank.`);
  }
  if (isBlank(handler.parent)) {
    yield serverError("E43", at, `${subject} - property "as-a-child-of" cannot be blank.`);
  }
  if (!(handlerTypes as readonly string[]).includes(type)) {
    yield serverError(
      "E44",
      pointTo(at, "type"),
      `${subject} - Unknown type "${type}". Known types: ${handlerTypes.join(", ")}`,
    );
  }
  if (type === "Resource" && isBlank(handler.label)) {
    yield serverError("E45", at, `${subject} - when type = Resource, label cannot be blank.`);
  }
  if (foreignCharacter.test(name)) {
    yield serverError(
      "E42",
      at,
      `${subject} name should contain only alphanumeric, _ and - characters.`,
    );
  }
}
