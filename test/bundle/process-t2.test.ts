import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleProgram } from "../../scripts/bundle.ts";
import { listPaths, readContent } from "./folder-content.ts";
import { makeSampleScan, makeWorkspace, onOneState, root } from "./sample-scan.ts";

describe("the bundle of process-t2", () => {
  const workspace = makeWorkspace();
  const bundle = join(workspace.folder, "bundle");
  // Away from the checkout, so that no node_modules is in reach.
  const alone = join(workspace.folder, "alone");
  let scan = "";
  let expected: Readonly<Record<string, string>> = {};
  let made = 0;

  function makeFolder(): string {
    made += 1;
    const folder = join(workspace.folder, `output-${made}`);
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    return folder;
  }

  /** Runs the bundle as XNAT would: working directory /, no HOME, as an unknown user where root may choose. */
  function runBundle(args: readonly string[]) {
    const begin = performance.now();
    const run = spawnSync(process.execPath, [join(alone, "main.mjs"), ...args], {
      cwd: "/",
      env: { PATH: process.env["PATH"] ?? "" },
      encoding: "utf8",
      ...(process.getuid?.() === 0 ? { uid: 12345, gid: 12345 } : {}),
    });
    return { ...run, seconds: (performance.now() - begin) / 1000 };
  }

  function runCheckout(args: readonly string[]) {
    return spawnSync(process.execPath, [join(root, "containers/process-t2/main.ts"), ...args], {
      encoding: "utf8",
    });
  }

  beforeAll(async () => {
    chmodSync(workspace.folder, 0o755);
    scan = makeSampleScan(workspace.folder);
    expected = await onOneState("process-t2", async () => {
      await bundleProgram("process-t2", bundle);
      const output = makeFolder();
      const run = runCheckout(["--input", scan, "--output", output]);
      expect([run.status, run.stderr]).toEqual([0, ""]);
      return readContent(output);
    });
    mkdirSync(alone);
    for (const name of ["main.mjs", "dcmjs-native-codecs.wasm"]) {
      copyFileSync(join(bundle, name), join(alone, name));
    }
  });

  afterAll(() => workspace.remove());

  test("the same checkout gives the same bytes", async () => {
    const again = join(workspace.folder, "again");
    await bundleProgram("process-t2", again);
    expect(readContent(again)).toEqual(readContent(bundle));
  });

  test("holds the program, the decoders, the command and the licences, and nothing of this machine", () => {
    expect(listPaths(bundle)).toEqual([
      "LICENSE",
      "THIRD-PARTY-LICENSES.txt",
      "command.json",
      "dcmjs-native-codecs.wasm",
      "main.mjs",
      "org.nrg.commands.json",
    ]);
    for (const name of ["main.mjs", "THIRD-PARTY-LICENSES.txt"]) {
      expect(readFileSync(join(bundle, name)).includes(root), name).toBe(false);
    }
  });

  test("the text of the image label is the command in a list", () => {
    const read = (name: string) => JSON.parse(readFileSync(join(bundle, name), "utf8"));
    expect(read("org.nrg.commands.json")).toEqual([read("command.json")]);
  });

  test("every package in it is listed with its licence", () => {
    const text = readFileSync(join(bundle, "THIRD-PARTY-LICENSES.txt"), "utf8");
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const listed = Object.entries(dependencies).filter(([name, version]) =>
      text.includes(`\n${name} ${version} - `),
    );
    expect(listed.map(([name]) => name)).toEqual(
      expect.arrayContaining(["dcmjs", "dcmjs-codecs", "nifti-reader-js", "pino"]),
    );
    expect(text).toContain("Permission is hereby granted");
  });

  test("starts within five seconds, without packages in reach, and tells its version", () => {
    const run = runBundle(["--version"]);
    expect([run.status, run.stderr]).toEqual([0, ""]);
    expect(run.stdout).toMatch(/^process-t2 \d+\.\d+\.\d+ \(([0-9a-f]{7,}(-dirty)?|unknown)\)\n$/);
    expect(run.seconds).toBeLessThan(5);
  });

  test("gives the checkout's results byte for byte, with worker threads, as XNAT would run it", () => {
    const before = readContent(scan);
    const output = makeFolder();
    const run = runBundle(["--input", scan, "--output", output, "--workers", "2"]);
    expect([run.status, run.stderr]).toEqual([0, ""]);
    expect(readContent(output)).toEqual(expected);
    expect(Object.keys(expected).length).toBeGreaterThan(10);
    expect(readContent(scan)).toEqual(before);
  });

  // DCMTK's encoders lose nothing, so the maps must not differ by a bit.
  const encoders = [
    ["RLE", "dcmcrle", []],
    ["JPEG-LS", "dcmcjpls", []],
    ["JPEG lossless", "dcmcjpeg", ["--encode-lossless-sv1"]],
  ] as const;
  for (const [name, encoder, words] of encoders) {
    const missing = spawnSync(encoder, ["--version"]).error !== undefined;
    const claim = `${name} images are decoded beside it, to the same maps`;
    test.skipIf(missing)(missing ? `${claim} (skipped: no ${encoder})` : claim, () => {
      const compressed = makeFolder();
      for (const path of listPaths(scan).filter((file) => file.endsWith(".dcm"))) {
        execFileSync(encoder, [...words, join(scan, path), join(compressed, path)]);
      }
      const output = makeFolder();
      const run = runBundle(["--input", compressed, "--output", output]);
      expect([run.status, run.stderr]).toEqual([0, ""]);
      expect(imagesOf(readContent(output))).toEqual(imagesOf(expected));
    });
  }

  function imagesOf(content: Readonly<Record<string, string>>) {
    const images = Object.entries(content).filter(([path]) => path.endsWith(".nii.gz"));
    expect(images.length).toBeGreaterThan(3);
    return images;
  }

  test("bad use ends with its exit code, one line, and no stack", () => {
    const run = runBundle(["--input", scan, "--output", makeFolder(), "--model", "5par"]);
    expect(run.status).toBe(2);
    expect(run.stderr.trim().split("\n")).toHaveLength(1);
    expect(run.stderr).toContain("5par");
  });
});
