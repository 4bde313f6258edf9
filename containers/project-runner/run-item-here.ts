import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isProgramError } from "#shared/errors.ts";
import { listFiles } from "#shared/files/list-files.ts";
import type { Engine } from "./engine.ts";
import { fetchInputs } from "./fetch-inputs.ts";
import type { ItemOutcome } from "./item.ts";
import { itemFolder } from "./item-folder.ts";
import { ItemError } from "./judge-failure.ts";
import { readOwnMeasures } from "./read-measures.ts";
import type { Task } from "./settle-item.ts";
import { type MadeFile, storeResult } from "./store-result.ts";

const mebi = 1024 * 1024;

/** What a program takes besides its images, MiB; docs/benchmarks.md: 170 to 220 for Node, the program and two threads. */
const baseMemory = 256;
/** Memory over the size of the images: at most 13 MiB for a million samples of 2 bytes. */
const memoryPerInput = 8;
/** Disk over the size of the images: they themselves, results while they are written, and results. */
const diskPerInput = 3;
const baseDisk = 32;

/** Works a task off on this machine: fetches its files, runs the program, stores and checks what it made. */
export async function runItemHere(
  engine: Engine,
  task: Task,
  signal: AbortSignal,
): Promise<ItemOutcome> {
  const started = performance.now();
  const { item, fingerprint } = task;
  const sizes = task.inputs.flatMap(({ files }) => files.map(({ size }) => Math.max(size, 0)));
  const input = sizes.reduce((sum, size) => sum + size, 0) / mebi;
  const diskMiB = Math.ceil(baseDisk + diskPerInput * input);
  if (diskMiB > engine.limits.most.diskMiB) {
    throw new ItemError(
      "E-MAX-DISK",
      `The scan needs about ${diskMiB} MiB of disk; --max-disk is ${engine.limits.most.diskMiB} MiB.`,
    );
  }
  const memoryMiB = Math.ceil(baseMemory + memoryPerInput * input);
  const { limits } = engine;
  return limits.within({ jobs: 0, memoryMiB: 0, diskMiB }, signal, async () => {
    const folder = itemFolder(engine, item, "items");
    const output = join(folder, "output");
    try {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const argv = await fetchInputs(engine, task, join(folder, "input"), signal);
      await limits.within({ jobs: 1, memoryMiB, diskMiB: 0 }, signal, () =>
        engine.execute(
          {
            main: task.program.main,
            argv: [
              ...argv,
              `--output=${output}`,
              ...(engine.options.get(item.pipeline)?.argv ?? []),
            ],
            environment: environmentOf(task, engine),
            ...{ folder, timeOutMs: engine.timeOutMs },
          },
          signal,
        ),
      );
      const made = await listMade(task, output);
      const measures = await readOwnMeasures(output, item, task.targets, task.reportLabel);
      await storeResult(engine, task, made);
      const seconds = (performance.now() - started) / 1000;
      const facts = { code: "", reason: "", repeatable: false, seconds, fingerprint, measures };
      return { key: item.key, status: "done" as const, ...facts };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** The environment the Container Service gives: what the command derives from the scan. No user, no password. */
function environmentOf({ item, program }: Task, { server }: Engine): Record<string, string> {
  const { scan, assessorId } = item;
  const values: Readonly<Record<string, string>> = {
    ...{ "#project-id#": server.project, "#subject-id#": scan.subjectId },
    ...{ "#session-id#": scan.sessionId, "#scan-id#": scan.scanId, "#assessor-id#": assessorId },
  };
  const derived = Object.entries(program.command["environment-variables"] ?? {}).map(
    ([name, template]) => [name, template.replace(/#[\w-]+#/g, (key) => values[key] ?? "")],
  );
  const passed = ["PATH", "TZ", "LANG", "LD_LIBRARY_PATH", "XNAT_PIC_IMAGE", "XNAT_WORKFLOW_ID"];
  const own = passed.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries([...own, ...derived]);
}

/**
 * The files of the outputs, with their digests.
 *
 * @throws ItemError E-NO-OUTPUT when one of the outputs has none
 */
async function listMade(task: Task, output: string): Promise<readonly MadeFile[]> {
  const made: MadeFile[] = [];
  for (const { path: below, label } of task.targets) {
    const found = await listFiles(join(output, below), "output").catch((error: unknown) => {
      if (isProgramError(error)) return [];
      throw error;
    });
    if (found.length === 0) {
      throw new ItemError("E-NO-OUTPUT", `The program left nothing in its output ${below}.`);
    }
    for (const { path, absolutePath } of found) {
      const { size } = await stat(absolutePath);
      made.push({ label, path, size, ...(await digest(absolutePath)), source: absolutePath });
    }
  }
  return made;
}

async function digest(path: string): Promise<{ sha256: string; md5: string }> {
  const sha256 = createHash("sha256");
  const md5 = createHash("md5");
  for await (const piece of createReadStream(path)) {
    sha256.update(piece);
    md5.update(piece);
  }
  return { sha256: sha256.digest("hex"), md5: md5.digest("hex") };
}
