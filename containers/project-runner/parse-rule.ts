import { findNearestName } from "#command-json/nearest-name.ts";
import { findKeyword } from "#shared/dicom/part10.ts";
import { UsageError } from "#shared/errors.ts";
import type { Condition, ListedField, Rule } from "./rule.ts";

const fields: readonly ListedField[] = ["series", "type", "modality", "quality", "frames", "scan"];

const operators = ["!=", "<=", ">=", "=", "<", ">"] as const;

/**
 * The rule a text stands for: conditions separated by commas, all of which must hold. `series=*MSME*|*T2map*,EchoTime<20`.
 *
 * An empty text takes every scan. A comma inside a name is written `?`, which fits any character.
 *
 * @param option - that holds the text, for messages
 * @throws UsageError E-RULE
 */
export function parseRule(text: string, option: string): Rule {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return { text, conditions: parts.map((part) => parseCondition(part, option)) };
}

function parseCondition(text: string, option: string): Condition {
  const found = /^([A-Za-z0-9]+)\s*(!=|<=|>=|=|<|>)\s*(.*)$/.exec(text);
  if (found === null) {
    throw refuse(option, text, "is no condition", `Write name, sign, value; signs: ${signs()}.`);
  }
  const [, name = "", sign = "", value = ""] = found;
  const operator = operators.find((one) => one === sign) ?? "=";
  const values = value.split("|").map((part) => part.trim());
  if (values.some((part) => part === "")) {
    throw refuse(option, text, "has no value", "Write series=*MSME*, or series=*MSME*|*T2map*.");
  }
  if (/^[=<>!]/.test(value)) {
    const hint = `Signs: ${signs()}. For a name that begins with one of them write ?.`;
    throw refuse(option, text, `has two signs, ${operator} and ${value.charAt(0)}`, hint);
  }
  const compares = operator !== "=" && operator !== "!=";
  if (compares && (values.length > 1 || !isNumber(value))) {
    throw refuse(option, text, `needs one number after ${operator}`, "Write frames>=30.");
  }
  return { text, ...propertyOf(name, option, text), operator, values };
}

function propertyOf(
  name: string,
  option: string,
  text: string,
): Pick<Condition, "field" | "attribute"> {
  const field = fields.find((one) => one === name.toLowerCase());
  if (field !== undefined) return { field, attribute: "" };
  if (/^[0-9A-Fa-f]{8}$/.test(name)) return { field: undefined, attribute: name.toUpperCase() };
  const keyword = findKeyword(name)?.keyword;
  if (keyword !== undefined) return { field: undefined, attribute: keyword };
  const nearest = findNearestName(name, fields);
  throw refuse(
    option,
    text,
    `names ${JSON.stringify(name.slice(0, 40))}, which is neither a property of a scan nor a DICOM keyword`,
    nearest === undefined
      ? `Use ${fields.join(", ")}, a DICOM keyword such as EchoTime, or a tag of 8 digits.`
      : `Did you mean ${nearest}?`,
  );
}

/** True for a plain decimal number. */
export function isNumber(text: string): boolean {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text);
}

function signs(): string {
  return operators.join(" ");
}

function refuse(option: string, text: string, found: string, hint: string): UsageError {
  return new UsageError(
    "E-RULE",
    `${option}: ${JSON.stringify(text.slice(0, 80))} ${found}.`,
    hint,
  );
}
