import { createHash } from "node:crypto";
import { findIllegalString } from "#command-json/illegal-strings.ts";
import { findNearestName } from "#command-json/nearest-name.ts";
import type { CommandInputJson } from "#command-json/schema.ts";
import { UsageError } from "#shared/errors.ts";
import { isNumber } from "./parse-rule.ts";
import type { Program } from "./programs.ts";
import { splitWords } from "./split-words.ts";

/** Options of a program for a whole run. */
export interface ProgramOptions {
  /** Arguments as the Container Service would pass them, for mode here. */
  readonly argv: readonly string[];
  /** Values that differ from their defaults by the name of the command's input, for launches. */
  readonly values: Readonly<Record<string, string>>;
  /** SHA-256 over `values`. */
  readonly hash: string;
}

/**
 * The options of a pipeline from one text, "--model epg --noise none" or "--model=epg --noise=none".
 *
 * @throws UsageError E-PIPELINE-OPTIONS for an option the program does not have in XNAT, or a value it cannot take
 */
export function parseProgramOptions(program: Program, text: string): ProgramOptions {
  const inputs = program.command.inputs ?? [];
  const given = new Map<string, string>();
  const words = splitWords(text);
  if (words === undefined) throw refuse(program, "a quotation mark has no partner", "");
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [flag = "", ...rest] = word.split("=");
    const input = findInput(inputs, word, flag);
    if (input === undefined) throw unknown(program, inputs, flag);
    if (given.has(input.name)) throw refuse(program, `${flag} is given twice`, "Give it once.");
    given.set(input.name, readValue(program, input, flag, word, rest, words));
  }
  const differing = [...given].filter(([name, value]) => {
    const input = inputs.find((one) => one.name === name);
    return input !== undefined && !sameValue(value, input["default-value"] ?? "");
  });
  const values = Object.fromEntries(differing.sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    argv: inputs.flatMap((input) => toArgument(input, values[input.name])),
    values,
    hash: createHash("sha256").update(JSON.stringify(values)).digest("hex"),
  };
}

/** A flag of the declaration is a boolean input that writes itself; the others take a value. */
function findInput(
  inputs: readonly CommandInputJson[],
  word: string,
  flag: string,
): CommandInputJson | undefined {
  return inputs.find((input) =>
    input.type === "boolean"
      ? input["true-value"] === word ||
        (input["true-value"] === flag && word.startsWith(`${flag}=`))
      : input["command-line-flag"] === flag,
  );
}

function readValue(
  program: Program,
  input: CommandInputJson,
  flag: string,
  word: string,
  rest: readonly string[],
  words: string[],
): string {
  if (input.type === "boolean") {
    const value = input["true-value"] === word ? "true" : rest.join("=");
    if (value === "true" || value === "false") return value;
    throw refuse(program, `${flag} is on or off`, `Write ${flag}, or leave it out.`);
  }
  const value = word.includes("=") ? rest.join("=") : words.shift();
  if (value === undefined || (!word.includes("=") && /^--/.test(value))) {
    throw refuse(program, `${flag} needs a value`, `Write ${flag}=VALUE.`);
  }
  const choices = input["select-values"] ?? [];
  if (choices.length > 0 && !choices.includes(value)) {
    throw refuse(program, `${flag} is ${quote(value)}`, `It is one of ${choices.join(", ")}.`);
  }
  if (input.type === "number" && value !== "" && !isNumber(value)) {
    throw refuse(program, `${flag} is ${quote(value)}, which is no number`, "Write a number.");
  }
  const illegal = findIllegalString(value);
  if (illegal === undefined) return value;
  const hint = `XNAT refuses every value with ${illegal}.`;
  throw refuse(program, `${flag} is ${quote(value)}`, hint);
}

function sameValue(a: string, b: string): boolean {
  return a === b || (isNumber(a) && isNumber(b) && Number(a) === Number(b));
}

/** The part of the command line the Container Service makes of an input: blanks are dropped, booleans write their text. */
function toArgument(input: CommandInputJson, given: string | undefined): readonly string[] {
  const value = given ?? input["default-value"] ?? "";
  if (input.type === "boolean") {
    const text = input[value === "true" ? "true-value" : "false-value"] ?? "";
    return text === "" ? [] : [text];
  }
  if (value === "") return [];
  const flag = input["command-line-flag"] ?? "";
  const separator = input["command-line-separator"] ?? " ";
  if (flag === "") return [value];
  return separator === " " ? [flag, value] : [`${flag}${separator}${value}`];
}

function unknown(program: Program, inputs: readonly CommandInputJson[], flag: string): UsageError {
  const flags = inputs.flatMap((input) => input["command-line-flag"] ?? input["true-value"] ?? []);
  const nearest = findNearestName(flag, flags);
  return refuse(
    program,
    `it has no option ${quote(flag)} in XNAT`,
    nearest === undefined ? `It has ${flags.join(", ")}.` : `Did you mean ${nearest}?`,
  );
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function refuse({ name }: Program, found: string, hint: string): UsageError {
  return new UsageError("E-PIPELINE-OPTIONS", `Options of ${name}: ${found}.`, hint);
}
