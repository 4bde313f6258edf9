import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { pipelineNames } from "#containers/project-runner/command.ts";
import { programCommit, programVersion } from "#shared/program/version.ts";
import { describePackages } from "./third-party-licenses.ts";

/** Root of the checkout. */
export const root = fileURLToPath(new URL("..", import.meta.url));

// Decoders that a program loads by path: they lie beside the bundle under the same name.
const assets = ["node_modules/dcmjs-codecs/build/dcmjs-native-codecs.wasm"];

// CommonJS packages inside an ES module call require(); the name cannot collide with one of theirs.
const banner =
  'import{createRequire as xnatPicCreateRequire}from"node:module";const require=xnatPicCreateRequire(import.meta.url);';

/** What a bundle of a program is made of. */
export interface Bundle {
  readonly name: string;
  /** Folder with main.mjs, the decoders, command.json, its label and the licences. */
  readonly folder: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly metafile: Metafile;
}

/** Names of all programs, sorted: the folders of containers/ that have a main.ts. */
export function listPrograms(): readonly string[] {
  return readdirSync(join(root, "containers"))
    .filter((name) => existsSync(join(root, "containers", name, "main.ts")))
    .sort();
}

/** Names of the commands of a program: command.json and those of its variants, command-member.json. */
export function listCommandFiles(name: string): readonly string[] {
  const files = readdirSync(join(root, "containers", name));
  // command.json sorts before command-... only without its ending.
  return files
    .filter((file) => /^command(-[a-z0-9-]+)?\.json$/.test(file))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

/** Programs that run others: what travels with them. */
const carriedPrograms: Readonly<Record<string, readonly string[]>> = {
  "project-runner": pipelineNames,
};

/**
 * One program in one file: dist/NAME/main.mjs, which is its own worker thread too, and what travels with it.
 *
 * Names are not shortened, so that error classes, stack traces and logs read as the source does. The same
 * checkout gives the same bytes.
 */
export async function bundleProgram(
  name: string,
  folder = join(root, "dist", name),
): Promise<Bundle> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join("containers", name, "main.ts")],
    outfile: join(folder, "main.mjs"),
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    // dcmjs-codecs brings an older copy for a function we never call.
    alias: { dcmjs: join(root, "node_modules/dcmjs/build/dcmjs.es.js") },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "external",
    charset: "utf8",
    banner: { js: banner },
    define: {
      XNAT_PIC_VERSION: JSON.stringify(programVersion()),
      XNAT_PIC_COMMIT: JSON.stringify(programCommit()),
    },
    logLevel: "warning",
  });

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const output = (ending: string) =>
    result.outputFiles.find((file) => file.path.endsWith(ending))?.contents ?? new Uint8Array();
  const main = output("main.mjs");
  const legalComments = Buffer.from(output(".LEGAL.txt")).toString("utf8");
  writeFileSync(join(folder, "main.mjs"), main);
  writeFileSync(
    join(folder, "THIRD-PARTY-LICENSES.txt"),
    describePackages(root, result.metafile, legalComments),
  );
  for (const asset of assets) copyFileSync(join(root, asset), join(folder, basename(asset)));
  if (existsSync(join(root, "LICENSE"))) {
    copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  }
  writeLabel(name, folder);
  // Programs that are run by another one travel with it, each in a folder of its own.
  for (const carried of carriedPrograms[name] ?? []) {
    await bundleProgram(carried, join(folder, "programs", carried));
  }
  // Any user must be able to read it, whatever umask the build runs with.
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = join(folder, path);
    chmodSync(file, statSync(file).isDirectory() ? 0o755 : 0o644);
  }
  chmodSync(folder, 0o755);
  return {
    name,
    folder,
    bytes: main.byteLength,
    sha256: createHash("sha256").update(main).digest("hex"),
    metafile: result.metafile,
  };
}

// XNAT reads the label org.nrg.commands as an array of commands, a file as one.
function writeLabel(name: string, folder: string): void {
  const files = listCommandFiles(name);
  if (files.length === 0) return;
  const commands = files.map((file) => {
    const text = readFileSync(join(root, "containers", name, file), "utf8");
    writeFileSync(join(folder, file), text);
    return JSON.parse(text) as unknown;
  });
  writeFileSync(join(folder, "org.nrg.commands.json"), JSON.stringify(commands));
}

if (import.meta.main) {
  const asked = process.argv.slice(2);
  for (const name of asked.length > 0 ? asked : listPrograms()) {
    const { folder, bytes, sha256 } = await bundleProgram(name);
    console.log(
      `${folder}/main.mjs  ${(bytes / 1e6).toFixed(2)} MB  sha256 ${sha256.slice(0, 16)}`,
    );
  }
}
