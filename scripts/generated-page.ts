import { writeFileSync } from "node:fs";
import { formatDiff } from "#command-json/line-diff.ts";

/** What a script that writes a page says, and its exit code. */
export interface PageOutcome {
  readonly exitCode: 0 | 1;
  readonly output: string;
}

/**
 * Writes a page, or with `check` compares it with what it should be.
 *
 * @param found - the page as it is
 * @param source - what the page is made of: `the mapping says`
 */
export function writePage(
  path: string,
  found: string,
  wanted: string,
  source: string,
  check: boolean,
): PageOutcome {
  if (found === wanted) return { exitCode: 0, output: "" };
  if (!check) {
    writeFileSync(path, wanted);
    return { exitCode: 0, output: `${path} written\n` };
  }
  const lines = [
    `${path} is not what ${source}`,
    formatDiff(found, wanted),
    "Run `make commands` and commit what it writes.",
  ];
  return { exitCode: 1, output: `${lines.join("\n")}\n` };
}

/** Runs such a script from the command line, where it knows --check alone. */
export function runPageScript(usage: string, update: (check: boolean) => PageOutcome): void {
  const argv = process.argv.slice(2);
  if (argv.some((argument) => argument !== "--check")) {
    process.stderr.write(`${usage}\n`);
    process.exitCode = 2;
    return;
  }
  const { exitCode, output } = update(argv.includes("--check"));
  process.stdout.write(output);
  process.exitCode = exitCode;
}
