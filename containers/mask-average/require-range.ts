import type { OptionsOf } from "#command-json/define-command.ts";
import { UsageError } from "#shared/errors.ts";
import type { command } from "./command.ts";

/**
 * Refuses a range of accepted values that holds none.
 *
 * @throws UsageError E-RANGE
 */
export function requireRange({
  lowest,
  highest,
}: Pick<OptionsOf<typeof command>, "lowest" | "highest">): void {
  if (lowest === undefined || highest === undefined || lowest <= highest) return;
  throw new UsageError(
    "E-RANGE",
    `--lowest ${lowest} lies above --highest ${highest}: no value of any map is between them.`,
    "Exchange the two, or leave one out.",
  );
}
