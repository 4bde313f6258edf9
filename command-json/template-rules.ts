import { type Issue, pointTo } from "./issue.ts";
import { xnatVariables } from "./reserved-names.ts";
import type { ServerCommand, ServerInput, ServerWrapper, Template } from "./server-command.ts";

const key = /#[A-Za-z0-9_-]+#/g;

/**
 * What the server will make of the templates: keys that match nothing (W09), keys inside other keys (W10),
 * environment variables of the server's own (W05), inputs without effect (S09), names used twice (S10).
 */
export function checkTemplates(command: ServerCommand): readonly Issue[] {
  return [
    ...commandLineKeys(command),
    ...command.wrappers.flatMap((wrapper) => [...wrapperKeys(command, wrapper)]),
    ...(command.wrappers.length === 0
      ? unknownIn(command.templates, command.inputs, "no input")
      : []),
    ...overlappingKeys(command),
    ...reservedVariables(command),
    ...unusedInputs(command),
    ...sharedNames(command),
  ];
}

function* commandLineKeys(command: ServerCommand): Generator<Issue> {
  if (command.commandLine === undefined) return;
  const line = { at: pointTo(command.at, "command-line"), text: command.commandLine };
  yield* unknownIn([line], command.inputs, "no command input");
}

function* wrapperKeys(command: ServerCommand, wrapper: ServerWrapper): Generator<Issue> {
  const inputs = [...command.inputs, ...wrapper.external, ...wrapper.derived];
  const nobody = `no input of wrapper "${wrapper.name ?? null}"`;
  yield* unknownIn(
    [...command.templates, ...wrapper.handlers.flatMap(({ texts }) => texts)],
    inputs,
    nobody,
  );
  // A matcher is resolved while the inputs are: it sees only those before it, and no command input.
  const earlier: ServerInput[] = [];
  for (const input of [...wrapper.external, ...wrapper.derived]) {
    if (input.matcher !== undefined) {
      const matcher = { at: pointTo(input.at, "matcher"), text: input.matcher };
      yield* unknownIn([matcher], earlier, "no earlier input of this wrapper");
    }
    earlier.push(input);
  }
}

function* unknownIn(
  templates: readonly Template[],
  inputs: readonly ServerInput[],
  nobody: string,
): Generator<Issue> {
  const known = new Set(inputs.map((input) => input.replacementKey));
  for (const { at, text } of templates) {
    for (const found of new Set(text.match(key))) {
      if (known.has(found)) continue;
      yield {
        id: "W09",
        severity: "error",
        pointer: at,
        message: `${found} is the key of ${nobody}, so it stays in the text as it is.`,
        proposal: "Correct the key, or add the input.",
      };
    }
  }
}

function* overlappingKeys(command: ServerCommand): Generator<Issue> {
  const inputs = [
    ...command.inputs,
    ...command.wrappers.flatMap((wrapper) => [...wrapper.external, ...wrapper.derived]),
  ];
  const first = new Map(inputs.map((input) => [input.replacementKey, input]));
  for (const [inner, input] of first) {
    for (const outer of first.keys()) {
      if (inner === outer || !outer.includes(inner)) continue;
      yield {
        id: "W10",
        severity: "error",
        pointer: pointTo(input.at, "replacement-key"),
        message: `The key ${inner} is part of the key ${outer}; they are replaced in no defined order.`,
        proposal: "Choose keys that do not contain each other; leave replacement-key out.",
      };
    }
  }
}

function* reservedVariables(command: ServerCommand): Generator<Issue> {
  for (const variable of Object.keys(command.environment)) {
    if (!(xnatVariables as readonly string[]).includes(variable)) continue;
    yield {
      id: "W05",
      severity: "error",
      pointer: pointTo(pointTo(command.at, "environment-variables"), variable),
      message: `${variable} is set by the server itself, and a second value breaks the launch.`,
      proposal: "Leave it out; the container has it anyway.",
    };
  }
}

function* unusedInputs(command: ServerCommand): Generator<Issue> {
  const texts = [
    command.commandLine ?? "",
    ...command.templates.map(({ text }) => text),
    ...command.wrappers.flatMap(({ handlers }) =>
      handlers.flatMap((handler) => handler.texts.map(({ text }) => text)),
    ),
  ];
  for (const input of command.inputs) {
    if (input.type === "file" || texts.some((text) => text.includes(input.replacementKey)))
      continue;
    yield {
      id: "S09",
      severity: "warning",
      pointer: input.at,
      message: `The input "${input.name}" is used nowhere: ${input.replacementKey} stands in no template.`,
      proposal: `Write ${input.replacementKey} into the command line, or remove the input.`,
    };
  }
}

function* sharedNames(command: ServerCommand): Generator<Issue> {
  for (const wrapper of command.wrappers) {
    for (const input of [...wrapper.external, ...wrapper.derived]) {
      const same = command.inputs.find(({ name }) => name === input.name);
      if (same === undefined || input.providesValueFor === same.name) continue;
      yield {
        id: "S10",
        severity: "warning",
        pointer: input.at,
        message: `A command input is called "${input.name}" too; launch values and keys cannot tell them apart.`,
        proposal: "Rename one of them.",
      };
    }
  }
}
