import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgv } from "#command-json/parse-argv.ts";
import { command } from "#containers/mri2dicom/command.ts";
import { mri2dicom } from "#containers/mri2dicom/pipeline.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { noOutput, openOutput } from "#shared/program/outputs.ts";
import type { Outcome } from "#shared/program/run-program.ts";

/** A run of the program in this process, as the hallway starts it. */
export interface RunHere extends Outcome {
  readonly printed: string;
  readonly logged: string;
}

/** Runs `mri2dicom` with the words of a command line; results go to `output` unless the run prints. */
export async function runHere(output: string, ...words: readonly string[]): Promise<RunHere> {
  const call = parseArgv(command, [...words, "--output", output]);
  if (call.kind !== "run") throw new Error("no run");
  const { options, given } = call;
  const prints = options.action !== "convert" || options["dry-run"];
  const folder = prints ? noOutput() : openOutput(output, [options.input], true);
  const pool = openPool(1, new URL(import.meta.url));
  const printed: string[] = [];
  const logged: string[] = [];
  const record = (fields: object, text: string) =>
    void logged.push(`${text} ${JSON.stringify(fields)}`);
  try {
    const outcome = await mri2dicom(options, {
      program: {
        ...{ name: "mri2dicom", label: command.label, version: "1.2.3", commit: "abc" },
        image: undefined,
      },
      given,
      log: { info: record, warn: record } as never,
      pool,
      output: folder,
      startedAt: new Date(0),
      print: (text) => void printed.push(text),
      progress: () => () => undefined,
    });
    folder.commit();
    return { ...outcome, printed: printed.join(""), logged: logged.join("\n") };
  } catch (error) {
    folder.discard();
    throw error;
  } finally {
    await pool.close();
  }
}

/** A path below the results. */
export function inReport(output: string, name: string): string {
  return join(output, "report", name);
}

/** SHA-256 of every file below a folder, by its path. */
export function digest(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [
        path.slice(folder.length),
        createHash("sha256").update(readFileSync(path)).digest("hex"),
      ]),
  );
}
