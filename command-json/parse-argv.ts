import { parseArgs } from "node:util";
import { UsageError } from "#shared/errors.ts";
import type { CommandDefinition, OptionsOf } from "./define-command.ts";
import { helpText } from "./help.ts";
import { findNearestName } from "./nearest-name.ts";
import type { Option } from "./option.ts";

/** What a command line asks for. */
export type ParsedArgv<C extends CommandDefinition> =
  | {
      readonly kind: "run";
      readonly options: OptionsOf<C>;
      /** Names of the options the user set, in the order of the declaration; all others are defaults. */
      readonly given: ReadonlySet<string>;
    }
  | { readonly kind: "help"; readonly text: string }
  /** The program's version is known to its build, not to this room. */
  | { readonly kind: "version" };

/**
 * The options of one run, or the text of --help.
 *
 * XNAT passes unset inputs as empty text, so an empty value counts as not given.
 *
 * @param argv - arguments after the program's name
 * @throws UsageError E-OPTION-UNKNOWN, E-OPTION-VALUE-MISSING, E-OPTION-REPEATED, E-ARGUMENT, E-OPTION
 */
export function parseArgv<C extends CommandDefinition>(
  command: C,
  argv: readonly string[],
): ParsedArgv<C> {
  const tokens = readTokens(command, argv);
  if (tokens.some(({ name }) => name === "help")) return { kind: "help", text: helpText(command) };
  if (tokens.some(({ name }) => name === "version")) return { kind: "version" };
  const texts = collectTexts(command, tokens);
  const values = Object.entries(command.options).map(
    ([name, option]) => [name, parseOption(name, option, texts.get(name) ?? [])] as const,
  );
  return {
    kind: "run",
    options: Object.fromEntries(values) as OptionsOf<C>,
    given: new Set(Object.keys(command.options).filter((name) => texts.has(name))),
  };
}

interface Token {
  /** As written: `--max-t2`; the text itself for an argument that is no option. */
  readonly written: string;
  readonly name: string | undefined;
  readonly value: string | undefined;
  readonly inline: boolean;
}

function readTokens(command: CommandDefinition, argv: readonly string[]): readonly Token[] {
  const options = Object.fromEntries([
    ["help", { type: "boolean", short: "h" }] as const,
    ["version", { type: "boolean" }] as const,
    ...Object.entries(command.options).map(
      ([name, { kind }]) => [name, { type: kind === "flag" ? "boolean" : "string" }] as const,
    ),
  ]);
  // Not strict: strict parsing refuses negative numbers as values, and its messages suggest nothing.
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  return tokens.flatMap((token): Token[] => {
    if (token.kind === "option-terminator") return [];
    if (token.kind === "positional") {
      return [{ written: token.value, name: undefined, value: undefined, inline: false }];
    }
    const { rawName, name, value, inlineValue } = token;
    return [{ written: rawName, name, value, inline: inlineValue === true }];
  });
}

function collectTexts(
  command: CommandDefinition,
  tokens: readonly Token[],
): ReadonlyMap<string, string[]> {
  const texts = new Map<string, string[]>();
  const open = [...(command.positionals ?? [])];
  const known = Object.keys(command.options);
  // An unknown option first: the argument after it is most likely its value.
  for (const { name, written } of tokens) {
    if (name !== undefined && !known.includes(name)) throw unknownOption(command, name, written);
  }
  for (const token of tokens) {
    const isBlank = token.name === undefined && token.written.trim() === "";
    if (isBlank && command.positionals !== undefined) continue;
    const name = token.name ?? takePositional(command, open, token.written);
    const option = command.options[name];
    if (option === undefined) throw new Error(`option ${name} got past the check`);
    const text = token.name === undefined ? token.written : textOf(token, option);
    if (text.trim() === "") continue;
    const earlier = texts.get(name);
    if (earlier === undefined) texts.set(name, [text]);
    else if (option.repeatable) earlier.push(text);
    else throw repeatedOption(name, earlier[0] ?? "", text);
  }
  return texts;
}

/** The option that a word without a name belongs to; those before it in the row are over. */
function takePositional(command: CommandDefinition, open: string[], written: string): string {
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    const choices = command.options[name]?.choices ?? [];
    if (choices.length === 0 || choices.some(({ value }) => value === written)) return name;
  }
  throw strayArgument(command, written);
}

function textOf(token: Token, option: Option): string {
  if (option.kind === "flag") return token.value ?? "true";
  const { value, inline, written } = token;
  // `--series --model=epg` has forgotten a value; `--t1 -5` has one.
  if (value === undefined || (!inline && /^-[^.\d]/.test(value))) {
    const found =
      value === undefined ? "nothing follows it" : `${quote(value)} follows, which is an option`;
    throw new UsageError(
      "E-OPTION-VALUE-MISSING",
      `${written} needs a value, but ${found}.`,
      `Write ${written}=${option.placeholder}.`,
    );
  }
  return value;
}

function parseOption(name: string, option: Option, texts: readonly string[]): unknown {
  const parsed = option.schema.safeParse(option.repeatable ? texts : texts[0]);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const index = issue?.path[0];
  const got = texts[typeof index === "number" ? index : 0] ?? "";
  // An address may hold a user and password.
  const shown = quote(got.replace(/\/\/[^/@\s]*@/g, "//[removed]@"));
  throw new UsageError("E-OPTION", `--${name} ${issue?.message}, got ${shown}.`, "");
}

function unknownOption(command: CommandDefinition, name: string, written: string): UsageError {
  const nearest = findNearestName(name, [...Object.keys(command.options), "help", "version"]);
  return new UsageError(
    "E-OPTION-UNKNOWN",
    `${command.name} has no option ${written.slice(0, 80)}.`,
    nearest === undefined
      ? `Run ${command.name} --help for the list.`
      : `Did you mean --${nearest}?`,
  );
}

function strayArgument(command: CommandDefinition, argument: string): UsageError {
  return new UsageError(
    "E-ARGUMENT",
    `${quote(argument)} belongs to no option.`,
    command.positionals === undefined
      ? `${command.name} takes options only, written --name=value; put a value with blanks in quotes.`
      : `Only ${command.positionals.map((name) => `--${name}`).join(" and ")} may stand without a name, once and in this order.`,
  );
}

function repeatedOption(name: string, first: string, second: string): UsageError {
  return new UsageError(
    "E-OPTION-REPEATED",
    `--${name} is given twice (${quote(first)} and ${quote(second)}).`,
    "Give it once.",
  );
}

/** Plain where it cannot be misread, else quoted with escapes; never longer than a line. */
function quote(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 80)}...` : text;
  return /^[\w.,+-]+$/.test(short) ? short : JSON.stringify(short);
}
