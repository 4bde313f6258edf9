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
 * Asks for a Docker engine that is a Swarm manager, starting one where that is possible.
 *
 * @throws Error when there is none and XNAT_PIC_REQUIRE_ENGINE is set, as it is where one must be
 */
export function findEngine(): Engine {
  const script = fileURLToPath(new URL("../../scripts/start-docker.sh", import.meta.url));
  const start = spawnSync("sh", [script, "--swarm"], { encoding: "utf8", timeout: 180_000 });
  if (start.status === 0) return { available: true, reason: "" };
  const reason = lastLine(start.stderr) || "scripts/start-docker.sh did not end";
  if (process.env["XNAT_PIC_REQUIRE_ENGINE"]) throw new Error(reason);
  return { available: false, reason };
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

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
