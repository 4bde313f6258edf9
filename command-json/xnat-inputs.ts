import { optionDefault, optionLimits } from "./help.ts";
import { type Option, optionLabel } from "./option.ts";
import type { CommandInputJson } from "./schema.ts";

/** An input of XNAT's launch dialog, and where its value goes in the command line. */
export interface XnatInput {
  readonly input: CommandInputJson;
  /** Template in the command line; in quotes where a person may type blanks. */
  readonly template: string;
}

/**
 * The inputs of one option in XNAT's launch dialog; none for options that are not offered there, one
 * tick box for each word of a repeatable choice.
 */
export function xnatInputsOf(name: string, option: Option): readonly XnatInput[] {
  if (!option.inXnat) return [];
  if (option.kind === "path") return option.choices.length === 0 ? [] : [selectInput(name, option)];
  if (option.kind === "flag") return [flagInput(name, option)];
  if (option.kind === "choice") {
    return option.repeatable ? wordInputs(name, option) : [selectInput(name, option)];
  }
  // The server hands over one text for an input, so an option to be repeated has no place in the dialog.
  return option.repeatable ? [] : [textInput(name, option)];
}

function textInput(name: string, option: Option): XnatInput {
  const isNumber =
    (option.kind === "number" || option.kind === "integer") && option.choices.length === 0;
  const input = {
    name,
    label: optionLabel(name, option),
    description: describe(option),
    type: isNumber ? ("number" as const) : ("string" as const),
    "default-value": option.defaultText,
    required: false,
    ...flagOf(name),
  };
  // Section 8 of the Container Service's splitter: blanks separate, quotes group, empty arguments vanish.
  return { input, template: isNumber ? `#${name}#` : `"#${name}#"` };
}

function selectInput(name: string, option: Option): XnatInput {
  const input = {
    name,
    label: optionLabel(name, option),
    description: describe(option),
    type: "select-one" as const,
    "select-values": option.choices.map((choice) => choice.value),
    "default-value": option.defaultText,
    required: true,
    ...flagOf(name),
  };
  return { input, template: `#${name}#` };
}

/** A box to tick. Only the state that differs from the default is written into the command line. */
function flagInput(name: string, option: Option): XnatInput {
  const on = option.defaultText === "true";
  return {
    input: {
      name,
      label: optionLabel(name, option),
      description: describe(option),
      ...boolean(on, on ? "" : `--${name}`, on ? `--${name}=false` : ""),
    },
    template: `#${name}#`,
  };
}

function wordInputs(name: string, option: Option): readonly XnatInput[] {
  return option.choices.map(({ value, meaning }) => {
    const input = `${name}-${value.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
    return {
      input: {
        name: input,
        label: `${optionLabel(name, option)}: ${value}`,
        description: `${option.description}${meaning === "" ? "" : ` (${meaning})`}`,
        ...boolean(false, `--${name}=${value}`, ""),
      },
      template: `#${input}#`,
    };
  });
}

function boolean(byDefault: boolean, on: string, off: string) {
  return {
    type: "boolean" as const,
    "default-value": String(byDefault),
    required: false,
    "true-value": on,
    "false-value": off,
  };
}

function flagOf(name: string) {
  return { "command-line-flag": `--${name}`, "command-line-separator": "=" };
}

/** The dialog shows one text under each input: what it is, its unit and limits, its words. */
function describe(option: Option): string {
  const words = option.choices
    .filter(({ meaning }) => meaning !== "")
    .map(({ value, meaning }) => `${value}: ${meaning}`);
  const facts = [
    form(option),
    ...words,
    option.defaultText === "" && option.unset !== "" ? `blank: ${optionDefault(option)}` : "",
  ].filter((fact) => fact !== "");
  return facts.length === 0 ? option.description : `${option.description} (${facts.join("; ")})`;
}

function form(option: Option): string {
  const limits = optionLimits(option);
  if (option.kind === "numbers")
    return `numbers separated by commas${limits === "" ? "" : `, ${limits}`}`;
  if (option.kind === "pair") return `such as -1,-1${limits === "" ? "" : `; ${limits}`}`;
  if (option.kind === "ranges") return "such as 1-8,10";
  return limits;
}
