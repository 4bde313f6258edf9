import type { Issue } from "./issue.ts";
import type { ServerCommandInput } from "./server-command.ts";

/** An error of the server with its exact message. */
export function serverError(id: string, pointer: string, message: string): Issue {
  return { id, severity: "error", pointer, message, proposal: "" };
}

/** True for missing, empty and all-blank texts. */
export function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === "";
}

/** What is not a letter, digit, _ or - in a name. */
export const foreignCharacter = /[^A-Za-z0-9_-]/;

/** True for inputs that the launch dialog shows as a menu of their own values. */
export function isSelect(input: ServerCommandInput): boolean {
  return input.type === "select-one" || input.type === "select-many";
}

/** The end of two messages of the server. */
export const noSelectFromXnat =
  "Note that command inputs with values provided by xnat inputs shouldn't be designated as select " +
  "(they'll automatically render as a select if their xnat input resolves to more than one value).";
