import type { z } from "zod";
import type { Unit } from "#shared/units.ts";

export type OptionKind =
  | "number"
  | "integer"
  | "numbers"
  | "pair"
  | "ranges"
  | "choice"
  | "flag"
  | "text"
  | "path";

/** One allowed word and what it stands for (empty when the word says it). */
export interface Choice {
  readonly value: string;
  readonly meaning: string;
}

/**
 * One option of a program, declared once: command line, --help, XNAT's dialog, README and provenance
 * are derived from it. Made by the builders of inputs.ts.
 */
export interface Option<Value = unknown> {
  readonly kind: OptionKind;
  /** From the text of the command line (a list of texts when `repeatable`) to the value. */
  readonly schema: z.ZodType<Value>;
  /** One sentence, for --help, the README and XNAT's dialog. */
  readonly description: string;
  /** Further sentences, for --help and the README only. */
  readonly details: string;
  /** Name in XNAT's dialog; empty: made from the option's name. */
  readonly label: string;
  readonly unit: Unit | undefined;
  /** What stands for the value in --help: NUMBER, FILE, ... Empty for flags. */
  readonly placeholder: string;
  /** Limits in words, with the unit: `above 0 ms`. Empty without limits. */
  readonly limits: string;
  /** The allowed words of a choice, or the words allowed beside a number or a path. */
  readonly choices: readonly Choice[];
  /** The default as text of the command line; empty when the option has none. */
  readonly defaultText: string;
  /** What happens without the option, in words, where there is no default: `all echoes`. */
  readonly unset: string;
  readonly repeatable: boolean;
  /** False for options that make no sense in XNAT's launch dialog. */
  readonly inXnat: boolean;
}

export type OptionTable = Readonly<Record<string, Option>>;

/** The value type of an option. */
export type ValueOf<O extends Option> = z.output<O["schema"]>;

/** Name of an option in XNAT's dialog: its label, or its name with blanks and a capital letter. */
export function optionLabel(name: string, option: Option): string {
  if (option.label !== "") return option.label;
  const words = name
    .split("-")
    .map((word) => (isAbbreviation.test(word) ? word.toUpperCase() : word));
  const label = words.join(" ");
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** Words of the field that are written in capitals. */
const isAbbreviation = /^(t[12]|te|tr|ti|b[01]|adc|dicom|nifti|roi|csv)$/;
