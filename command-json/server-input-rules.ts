import { type Issue, pointTo } from "./issue.ts";
import type { ServerCommand, ServerCommandInput } from "./server-command.ts";
import {
  foreignCharacter,
  isBlank,
  isSelect,
  noSelectFromXnat,
  serverError,
} from "./server-error.ts";
import { multipleDelimiters } from "./vocabulary.ts";

/** Rules E11 to E18: the inputs of the command. */
export function* checkInputs(command: ServerCommand, prefix: string): Generator<Issue> {
  const names = new Set<string>();
  for (const input of command.inputs) {
    const { at, name, multipleDelimiter } = input;
    if (names.has(name))
      yield serverError("E11", at, `${prefix}input name "${name}" is not unique.`);
    names.add(name);
    if (isBlank(name)) yield serverError("E12", at, `${prefix}Command input name cannot be blank`);
    if (foreignCharacter.test(name)) {
      yield serverError(
        "E13",
        at,
        `${prefix}Command input "${name}" name should contain only alphanumeric, _ and - characters.`,
      );
    }
    if (
      multipleDelimiter !== undefined &&
      !(multipleDelimiters as readonly string[]).includes(multipleDelimiter)
    ) {
      yield serverError(
        "E14",
        pointTo(at, "multiple-delimiter"),
        `${prefix}Invalid multiple-delimiter "${multipleDelimiter}", choose from: ${multipleDelimiters.join(", ")}`,
      );
    }
    yield* selectRules(input, `${prefix}Command input "${name}" `);
  }
}

function* selectRules(input: ServerCommandInput, prefix: string): Generator<Issue> {
  const { at, type, selectValues, defaultValue } = input;
  if (isSelect(input) && selectValues.length === 0) {
    yield serverError(
      "E15",
      at,
      `${prefix}is designated as type "${type}" but doesn't list select-values. ${noSelectFromXnat}`,
    );
  }
  if (!isSelect(input) && selectValues.length > 0) {
    yield serverError("E16", at, `${prefix}has select-values set, but is not a select type.`);
  }
  if (defaultValue === undefined || selectValues.length === 0) return;
  const pointer = pointTo(at, "default-value");
  const listed = `"[${selectValues.join(", ")}]"`;
  const several = type === "select-many" ? parseTexts(defaultValue) : undefined;
  if (several !== undefined) {
    if (!several.every((value) => selectValues.includes(value))) {
      yield serverError(
        "E18",
        pointer,
        `${prefix}one or more default values in "[${several.join(", ")}]" is not in the list of select-values ${listed}`,
      );
    }
  } else if (!selectValues.includes(defaultValue)) {
    yield serverError(
      "E17",
      pointer,
      `${prefix}default value "${defaultValue}" is not one of the select-values ${listed}`,
    );
  }
}

function parseTexts(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.map(String) : undefined;
  } catch {
    return undefined;
  }
}
