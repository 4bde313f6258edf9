import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandDefinition } from "./define-command.ts";
import { generatedFiles } from "./generated-files.ts";
import { formatDiff } from "./line-diff.ts";
import { readCommands } from "./read-commands.ts";

const usage = `Usage: node command-json/generate.ts [--check]

Writes what follows from containers/*/command.ts: command.json, the tables between markers in the
READMEs, command.schema.json. --check writes nothing, shows the differences and ends with 1.`;

/** What a run of the generator did or found. */
export interface Outcome {
  readonly exitCode: 0 | 1;
  readonly output: string;
}

/**
 * Writes the files that follow from the commands; with `check` nothing is written and differences are shown.
 *
 * @param root - absolute path of the repository
 */
export function generate(
  root: string,
  commands: readonly CommandDefinition[],
  { check }: { readonly check: boolean },
): Outcome {
  const lines: string[] = [];
  let exitCode: 0 | 1 = 0;
  for (const { path, found, wanted, fault } of generatedFiles(root, commands)) {
    if (fault !== "") {
      lines.push(`${path} ${fault}`);
      exitCode = 1;
    } else if (found !== wanted) {
      if (check) {
        lines.push(
          `${path} is not what its command.ts says`,
          formatDiff(found ?? "", wanted ?? ""),
        );
        exitCode = 1;
      } else {
        if (wanted === undefined) rmSync(join(root, path));
        else writeFileSync(join(root, path), wanted);
        lines.push(`${path} ${wanted === undefined ? "removed" : "written"}`);
      }
    }
  }
  if (check && exitCode === 1) lines.push("Run `make commands` and commit what it writes.");
  return { exitCode, output: lines.map((line) => `${line}\n`).join("") };
}

/** Exit code of the command line. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv.some((argument) => argument !== "--check")) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const root = join(import.meta.dirname, "..");
  const commands = await readCommands(join(root, "containers"));
  const { exitCode, output } = generate(root, commands, { check: argv.includes("--check") });
  process.stdout.write(output);
  return exitCode;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
