import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fillFolder, fingerprint, isRoot } from "#test/acceptance/launch.ts";
import { bundleProgram } from "../../scripts/bundle.ts";
import { readContent } from "./folder-content.ts";
import { programScans } from "./program-scans.ts";
import { makeWorkspace, root } from "./sample-scan.ts";

// What all bundles have in common is tried with process-t2.

describe.each(Object.entries(programScans))("the bundle of %s", (program, scans) => {
  const workspace = makeWorkspace();
  // Away from the checkout, so that no node_modules is in reach.
  const alone = join(workspace.folder, "alone");
  let made = 0;

  beforeAll(async () => {
    chmodSync(workspace.folder, 0o755);
    const bundle = join(workspace.folder, "bundle");
    await bundleProgram(program, bundle);
    mkdirSync(alone);
    for (const name of ["main.mjs", "dcmjs-native-codecs.wasm"]) {
      copyFileSync(join(bundle, name), join(alone, name));
    }
  });
  afterAll(() => workspace.remove());

  test.each(Object.entries(scans))(
    "works alone, with worker threads, and gives the same results as the checkout of %s",
    (_, { files, options, withoutInput, results: compared = /\.(nii|csv|png)/ }) => {
      made += 1;
      const home = join(workspace.folder, String(made));
      const input = fillFolder(join(home, "input"), files());
      const before = fingerprint(input);
      // The bundle runs as an unknown user, who may write to the output only, where root can choose.
      chmodSync(home, 0o777);
      const stranger = isRoot ? { uid: 12345, gid: 12345 } : {};
      const imagesOf = (main: string, name: string) => {
        const output = join(home, name);
        const given = withoutInput === true ? options : ["--input", input, ...options];
        const words = ["--output", output, "--workers=2", ...given];
        const ended = spawnSync(process.execPath, [main, ...words], {
          cwd: home,
          env: { PATH: process.env["PATH"] ?? "" },
          encoding: "utf8",
          ...(name === "bundled" ? stranger : {}),
        });
        expect([ended.status, ended.stderr]).toEqual([0, ""]);
        const results = Object.entries(readContent(output));
        const images = results.filter(([path]) => compared.test(path));
        expect(images.length).toBeGreaterThan(2);
        return images;
      };
      const checkout = join(root, "containers", program, "main.ts");
      expect(imagesOf(join(alone, "main.mjs"), "bundled")).toEqual(imagesOf(checkout, "checkout"));
      expect(fingerprint(input)).toBe(before);
    },
  );
});
