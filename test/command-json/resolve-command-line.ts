import type { CommandJson } from "#command-json/schema.ts";

/**
 * The command line the Container Service makes of launch values: default, then the given value; true-value
 * and false-value for booleans; flag, separator and value in place of the key, nothing for a blank value.
 */
export function resolveCommandLine(
  command: CommandJson,
  given: Readonly<Record<string, string>>,
): string {
  let line = command["command-line"];
  for (const input of command.inputs ?? []) {
    let value = given[input.name] ?? input["default-value"] ?? "";
    if (input.type === "boolean") {
      value = (value === "true" ? input["true-value"] : input["false-value"]) ?? value;
    }
    const flag = input["command-line-flag"] ?? "";
    const text =
      value.trim() === "" || flag === ""
        ? value.trim() === ""
          ? ""
          : value
        : `${flag}${input["command-line-separator"] ?? " "}${value}`;
    line = line.replaceAll(input["replacement-key"] ?? `#${input.name}#`, () => text);
  }
  return line;
}
