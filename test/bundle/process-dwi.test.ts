import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fillFolder } from "#test/acceptance/launch.ts";
import { smallDwi, weightingsOf } from "#test/acceptance/small-dwi.ts";
import { scanFiles } from "#test/acceptance/small-scan.ts";
import { spreadDirections } from "#test/shared/volume/gradients.ts";
import { bundleProgram } from "../../scripts/bundle.ts";
import { readContent } from "./folder-content.ts";
import { makeWorkspace, root } from "./sample-scan.ts";

describe("the bundle of process-dwi", () => {
  const workspace = makeWorkspace();
  // Away from the checkout, so that no node_modules is in reach.
  const alone = join(workspace.folder, "alone");
  const scan = join(workspace.folder, "scan");

  beforeAll(async () => {
    chmodSync(workspace.folder, 0o755);
    const bundle = join(workspace.folder, "bundle");
    await bundleProgram("process-dwi", bundle);
    mkdirSync(alone);
    for (const name of ["main.mjs", "dcmjs-native-codecs.wasm"]) {
      copyFileSync(join(bundle, name), join(alone, name));
    }
    fillFolder(scan, scanFiles(smallDwi(weightingsOf(2, [500, 1000], spreadDirections(8)))));
  });
  afterAll(() => workspace.remove());

  function run(main: string, output: string) {
    const args = [main, "--input", scan, "--output", join(workspace.folder, output), "--workers=2"];
    const ended = spawnSync(process.execPath, args, {
      cwd: "/",
      env: { PATH: process.env["PATH"] ?? "" },
      encoding: "utf8",
    });
    expect([ended.status, ended.stderr]).toEqual([0, ""]);
    return readContent(join(workspace.folder, output));
  }

  test("works alone, with worker threads, and makes the same maps as the checkout", () => {
    const bundled = run(join(alone, "main.mjs"), "bundled");
    const checkout = run(join(root, "containers/process-dwi/main.ts"), "checkout");
    const maps = (content: Readonly<Record<string, string>>) =>
      Object.entries(content).filter(([path]) => path.endsWith(".nii.gz"));
    expect(maps(bundled).length).toBeGreaterThan(20);
    expect(maps(bundled)).toEqual(maps(checkout));
  });
});
