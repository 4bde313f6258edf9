import { spawn } from "node:child_process";

export interface DockerResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a docker command without blocking the site.
 *
 * @param environment - passed on in the environment of the command, where `--env NAME` finds it: no secret stands in
 *   the list of processes
 */
export function runDocker(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<DockerResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("docker", words, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    const text = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      text.stdout += piece;
    });
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      text.stderr += piece;
    });
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, ...text }));
  });
}

/** Standard output of a docker command. @throws Error with what docker says */
export async function requireDocker(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { status, stdout, stderr } = await runDocker(words, environment);
  if (status !== 0) throw new Error(stderr.trim().slice(0, 2000) || `docker ended with ${status}`);
  return stdout.trim();
}

/** The label `org.nrg.commands` of an image; undefined without image or label. */
export async function readImageLabel(image: string): Promise<string | undefined> {
  const format = '{{index .Config.Labels "org.nrg.commands"}}';
  const { status, stdout } = await runDocker(["image", "inspect", "--format", format, image]);
  const label = stdout.replace(/\n$/, "");
  return status === 0 && label !== "" && label !== "<no value>" ? label : undefined;
}

/** How containers reach the machine that the site runs on. */
export interface HostAddress {
  readonly address: string;
  /** Network containers must be in for that, "" for the usual one. */
  readonly network: string;
}

/**
 * The gateway of Docker's bridge: containers reach it, and so do the tasks of a Swarm, which get the same bridge unless
 * their service names a network. An engine without bridge leaves the network of the host itself.
 */
export async function findHostAddress(): Promise<HostAddress> {
  const format = "{{range .IPAM.Config}}{{.Gateway}} {{end}}";
  const { status, stdout } = await runDocker(["network", "inspect", "--format", format, "bridge"]);
  const address = /\d+(\.\d+){3}/.exec(stdout)?.[0];
  if (status !== 0 || address === undefined) return { address: "127.0.0.1", network: "host" };
  return { address, network: "" };
}
