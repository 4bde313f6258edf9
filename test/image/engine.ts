import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a command ended. `status` is null when it was stopped for taking too long. */
export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Whether images can be built and run here, and if not, why. */
export interface Engine {
  readonly available: boolean;
  readonly reason: string;
}

/**
 * Asks for a Docker engine that is a Swarm manager, and for a base image: the one BASE_IMAGE names, or our own.
 * Starts the engine and makes the base where that is possible.
 *
 * @throws Error when this machine cannot have them and XNAT_PIC_REQUIRE_ENGINE is set, as it is where it must;
 * when a script fails for any other reason
 */
export function findEngine(): Engine {
  const missing = runScript("start-docker.sh", ["--swarm"], 1) ?? runBaseScript();
  if (missing === undefined) return { available: true, reason: "" };
  if (process.env["XNAT_PIC_REQUIRE_ENGINE"]) throw new Error(missing);
  console.warn(`tests of the images are skipped: ${missing}`);
  return { available: false, reason: missing };
}

function runBaseScript(): string | undefined {
  return process.env["BASE_IMAGE"] ? undefined : runScript("base-image.sh", [], 3);
}

/** Why a script cannot work on this machine, which it tells by the exit code `lacking`; undefined when it did. */
function runScript(name: string, words: readonly string[], lacking: number): string | undefined {
  const script = fileURLToPath(new URL(`../../scripts/${name}`, import.meta.url));
  const run = spawnSync("sh", [script, ...words], { encoding: "utf8", timeout: 300_000 });
  if (run.status === 0) return undefined;
  const reason = run.stderr.trim().split("\n").at(-1) || `${name} did not end`;
  if (run.status === lacking) return reason;
  throw new Error(reason);
}

/** Runs a docker command to its end. */
export function docker(...words: string[]): Finished {
  const begin = performance.now();
  const { status, stdout, stderr } = spawnSync("docker", words, {
    encoding: "utf8",
    timeout: 120_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr, seconds: (performance.now() - begin) / 1000 };
}

/** Standard output of a docker command that must succeed. */
export function requireDocker(...words: string[]): string {
  const { status, stdout, stderr } = docker(...words);
  if (status !== 0) throw new Error(`docker ${words.join(" ")}: exit ${status}: ${stderr}`);
  return stdout.trim();
}
