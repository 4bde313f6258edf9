import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { programCommit, programVersion } from "#shared/program/version.ts";
import { bundleProgram, listCommandFiles, listPrograms, root } from "./bundle.ts";

/** What an image must say about itself; the label is how XNAT finds the command in it. */
interface ImageConfig {
  readonly Labels: Readonly<Record<string, string>>;
  readonly Entrypoint: readonly string[];
  readonly Cmd?: readonly string[] | null;
  readonly User?: string;
}

/** Programs that become an image: those with a Dockerfile. */
export function listImages(): readonly string[] {
  return listPrograms().filter((name) => existsSync(dockerfileOf(name)));
}

/**
 * Bundles a program, builds its image, reads the image back, and gives the image's name.
 *
 * The name is the `image` of command.json: a command that named another image would not start.
 *
 * @param baseImage - any image with Node 24 in its PATH; undefined takes our own, built when missing
 * @throws Error when the image is not what XNAT needs; docker's own message when it cannot be built
 */
export async function buildImage(name: string, baseImage: string | undefined): Promise<string> {
  // A folder of its own: builds may run side by side, and dist/ stays what make bundle left there.
  const folder = join(mkdtempSync(join(tmpdir(), "xnat-pic-image-")), name);
  await bundleProgram(name, folder);
  const label = readFileSync(join(folder, "org.nrg.commands.json"), "utf8");
  const [command] = JSON.parse(label) as [{ image: string; description: string }];
  const { image } = command;
  const labels = {
    "org.nrg.commands": label,
    "org.opencontainers.image.title": name,
    "org.opencontainers.image.description": command.description,
    "org.opencontainers.image.version": programVersion(),
    "org.opencontainers.image.revision": programCommit(),
    "org.opencontainers.image.licenses": "Apache-2.0",
    ...readSource(),
  };
  if (baseImage === undefined) {
    execFileSync(join(root, "scripts/base-image.sh"), { stdio: ["ignore", "inherit", "inherit"] });
  }
  const id = docker(
    ...["build", "--quiet"],
    ...["--file", dockerfileOf(name)],
    ...["--build-arg", `IMAGE=${image}`],
    ...(baseImage === undefined ? [] : ["--build-arg", `BASE_IMAGE=${baseImage}`]),
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    folder,
  ).trim();
  rmSync(dirname(folder), { recursive: true });
  // Named only once it is sound, so that a bad base image does not take the place of a good image.
  requireSound(name, id);
  docker("tag", id, image);
  return image;
}

/** Reads an image back and compares it with what the repository says it is. */
function requireSound(name: string, id: string): void {
  const config = JSON.parse(
    docker("image", "inspect", "--format", "{{json .Config}}", id),
  ) as ImageConfig;
  const committed = listCommandFiles(name).map(
    (file) => JSON.parse(readFileSync(join(root, "containers", name, file), "utf8")) as unknown,
  );
  const read = JSON.parse(config.Labels["org.nrg.commands"] ?? "null") as unknown;
  if (!isDeepStrictEqual(read, committed)) {
    throw new Error(`${name}: the label org.nrg.commands does not read back as its command.json`);
  }
  const line = [...config.Entrypoint, ...(config.Cmd ?? [])];
  if (!isDeepStrictEqual(line, readEntrypoint(name))) {
    throw new Error(`${name}: ENTRYPOINT or CMD is not the program's: ${line.join(" ")}`);
  }
  if (config.User !== undefined && config.User !== "") {
    throw new Error(
      `${name}: the base image sets the user ${config.User}; XNAT's output folders belong to XNAT's own user. Use a base without USER.`,
    );
  }
  const words = ["run", "--rm", "--network", "none", "--entrypoint", "node", id, "--version"];
  const node = spawnSync("docker", words, { encoding: "utf8" });
  if (!(Number.parseInt(node.stdout.slice(1), 10) >= 24)) {
    const found = (node.stdout || node.stderr).trim().split("\n")[0];
    throw new Error(`${name}: the base image has no Node 24 or later in its PATH (${found})`);
  }
}

/** What a Dockerfile starts: node, words for it where a program needs some, and the bundle. */
function readEntrypoint(name: string): readonly string[] {
  const [, words = "[]"] =
    /^ENTRYPOINT (.*)$/m.exec(readFileSync(dockerfileOf(name), "utf8")) ?? [];
  const line = JSON.parse(words) as string[];
  if (line[0] !== "node" || line.at(-1) !== "/app/main.mjs") {
    throw new Error(`${name}: the Dockerfile must start node with /app/main.mjs`);
  }
  return line;
}

// Only what package.json states in public: a git remote may be private.
function readSource(): Readonly<Record<string, string>> {
  const { repository } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    repository?: { url: string };
  };
  return repository === undefined ? {} : { "org.opencontainers.image.source": repository.url };
}

function dockerfileOf(name: string): string {
  return join(root, "containers", name, "Dockerfile");
}

function docker(...words: string[]): string {
  return execFileSync("docker", words, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { "base-image": { type: "string" } },
    allowPositionals: true,
  });
  for (const name of positionals.length > 0 ? positionals : listImages()) {
    console.log(await buildImage(name, values["base-image"] || undefined));
  }
}
