import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CommandJson } from "#command-json/schema.ts";
import { buildImage } from "../../scripts/build-images.ts";
import { readContent } from "../bundle/folder-content.ts";
import { makeWorkspace, onOneState, root, type Workspace } from "../bundle/sample-scan.ts";
import { docker } from "./engine.ts";
import { type Launch, startContainer } from "./launch.ts";

// A uid that no passwd file knows.
const stranger = "12345:12345";

/** Where the image of a program is tried: a built image, folders for it, and the checkout to compare with. */
export interface Stage {
  readonly folder: string;
  readonly command: CommandJson;
  readonly image: string;
  /** A new folder, which any user may write unless `mode` says otherwise. */
  makeFolder(mode?: number): string;
  /** A run on two folders, as a user nobody knows. */
  launchOn(input: string, output: string, rest?: Partial<Launch>): Launch;
  /** Starts a run that is stopped at the end at the latest. */
  start(launch: Launch): string;
  /** Builds the image, then gives what `compare` reads from the same state of the checkout. */
  build<T>(compare: () => T): Promise<T>;
  /**
   * Content of the checkout's results, made with the same options; a path in them that begins with `input/` is found
   * below the folder of that name in the checkout and in the image.
   */
  runCheckout(input: string, options?: readonly string[]): Readonly<Record<string, string>>;
  close(): void;
}

/** A stage without image yet; `build` makes it. */
export function openStage(program: string): Stage {
  // Made when first used: the body of a skipped suite runs too, and nothing would remove it.
  let workspace: Workspace | undefined;
  const home = () => {
    workspace ??= makeWorkspace();
    return workspace.folder;
  };
  const command = JSON.parse(
    readFileSync(join(root, "containers", program, "command.json"), "utf8"),
  ) as CommandJson;
  const started: string[] = [];
  let image = "";
  let made = 0;

  function makeFolder(mode = 0o777): string {
    made += 1;
    const folder = join(home(), `folder-${made}`);
    mkdirSync(folder);
    chmodSync(folder, mode);
    return folder;
  }

  return {
    get folder() {
      return home();
    },
    command,
    get image() {
      return image;
    },
    makeFolder,
    launchOn: (input, output, rest = {}) => ({
      image,
      mounts: [
        { source: input, target: "/input", writable: false },
        { source: output, target: "/output", writable: true },
      ],
      user: stranger,
      ...rest,
    }),
    start: (launch) => {
      const id = startContainer(launch);
      started.push(id);
      return id;
    },
    build: (compare) =>
      onOneState(program, async () => {
        image = await buildImage(program, process.env["BASE_IMAGE"]);
        return compare();
      }),
    runCheckout: (input, options = []) => {
      const output = makeFolder();
      const main = join(root, "containers", program, "main.ts");
      const run = spawnSync(
        process.execPath,
        [main, "--input", input, "--output", output, ...options],
        // The image runs in /, where its input is.
        { cwd: dirname(input), encoding: "utf8", env: { ...process.env, XNAT_PIC_IMAGE: image } },
      );
      if (run.status !== 0) throw new Error(`the checkout ends with ${run.status}: ${run.stderr}`);
      return readContent(output);
    },
    close: () => {
      if (started.length > 0) docker("rm", "--force", ...started);
      workspace?.remove();
    },
  };
}
