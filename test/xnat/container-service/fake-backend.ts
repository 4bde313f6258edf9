import { randomBytes } from "node:crypto";
import type { Backend, LogStream, RunEnd, RunHandle, RunSpec } from "./backend.ts";

/** What a container does, as a function: writes below its writable mounts, tells its exit code. */
export interface FakeRun {
  readonly spec: RunSpec;
  /** Host folder of a mount by its path in the container. */
  folder(target: string): string;
  print(text: string, stream?: LogStream): void;
  /** Rejects when the container is killed. */
  readonly killed: Promise<never>;
}

export type FakeProgram = (run: FakeRun) => Promise<number | RunEnd> | number | RunEnd;

export interface FakeOptions {
  /** By image; others are refused as if they were not there. */
  readonly programs: Readonly<Record<string, FakeProgram>>;
  readonly labels?: Readonly<Record<string, string>>;
}

class Killed extends Error {}

/** A back end without an engine: every image is a function. */
export function openFakeBackend(options: FakeOptions): Backend & { readonly specs: RunSpec[] } {
  const specs: RunSpec[] = [];
  return {
    kind: "fake",
    specs,
    start: (spec) => {
      const program = options.programs[spec.image];
      if (program === undefined) throw new Error(`No such image: ${spec.image}`);
      specs.push(spec);
      return Promise.resolve(startFake(program, spec));
    },
    readLabel: (image) => Promise.resolve(options.labels?.[image]),
  };
}

function startFake(program: FakeProgram, spec: RunSpec): RunHandle {
  const text: Record<LogStream, string> = { stdout: "", stderr: "" };
  let kill = () => {};
  const killed = new Promise<never>((_, reject) => {
    kill = () => reject(new Killed());
  });
  killed.catch(() => {});
  const run: FakeRun = {
    spec,
    folder: (target) => {
      const mount = spec.mounts.find((one) => one.target === target);
      if (mount === undefined) throw new Error(`nothing is mounted on ${target}`);
      return mount.source;
    },
    print: (more, stream = "stdout") => {
      text[stream] += more;
    },
    killed,
  };
  return {
    id: randomBytes(32).toString("hex"),
    end: Promise.race([follow(program, run), killed]).catch((error: unknown): RunEnd => {
      if (error instanceof Killed) return { exitCode: 137, outOfMemory: false, message: "" };
      text.stderr += `${String(error)}\n`;
      return { exitCode: 70, outOfMemory: false, message: "" };
    }),
    logs: (stream) => Promise.resolve(text[stream]),
    kill: () => Promise.resolve(kill()),
    remove: () => Promise.resolve(),
  };
}

async function follow(program: FakeProgram, run: FakeRun): Promise<RunEnd> {
  // A container never ends within the call that starts it.
  await new Promise((next) => setImmediate(next));
  const end = await program(run);
  return typeof end === "number" ? { exitCode: end, outOfMemory: false, message: "" } : end;
}
