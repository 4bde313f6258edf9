import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

// The house rules that a machine can check: who imports whom, one door per package, mirrors, sizes.

const root = new URL("..", import.meta.url).pathname;
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "" && existsSync(join(root, path)));
const code = tracked.filter((path) => /\.ts$/.test(path) && !/\.d\.ts$/.test(path));
const source = code.filter((path) => /^(shared|command-json|containers)\//.test(path));

/** Rooms from the ground up; a room may import itself and the rooms listed for it. */
const ground = ["shared/errors.ts", "shared/units.ts"];
const mayImport: Record<string, readonly string[]> = {
  "shared/volume": [...ground, "shared/parallel"],
  "shared/parallel": [...ground],
  "shared/files": [...ground],
  "shared/models": ["shared/units.ts"],
  "shared/fit": [...ground, "shared/models", "shared/volume", "shared/parallel"],
  "shared/dicom": [...ground, "shared/volume", "shared/parallel", "shared/files"],
  "shared/nifti": [...ground, "shared/volume", "shared/parallel", "shared/files"],
  "shared/paravision": [
    ...ground,
    "shared/volume",
    "shared/files",
    "shared/dicom",
    "shared/parallel",
  ],
  "shared/roi": [
    ...ground,
    "shared/volume",
    "shared/dicom",
    "shared/nifti",
    "shared/files",
    "shared/parallel",
  ],
  "shared/stats": [...ground, "shared/volume"],
  "shared/report": [...ground, "shared/volume", "shared/fit", "shared/models"],
  "shared/xnat": [...ground, "shared/files"],
  "command-json": [...ground],
  "shared/phantom": ["shared", "command-json"],
  "shared/program": ["shared", "command-json"],
  "shared/derivatives": ["shared", "command-json"],
};

/** The only file that may import a package. */
const doors: Record<string, RegExp> = {
  dcmjs: /^shared\/dicom\/part10\.ts$/,
  "dcmjs-codecs": /^shared\/dicom\/codecs\.ts$/,
  ndarray: /^shared\/volume\/ndarray-view\.ts$/,
  "ndarray-ops": /^shared\/volume\/ndarray-view\.ts$/,
  "ml-levenberg-marquardt": /^shared\/fit\/reference-solver\.ts$/,
  "nifti-reader-js": /^shared\/nifti\/read\.ts$/,
  "@rgrove/parse-xml": /^shared\/roi\/xml\.ts$/,
  pino: /^shared\/program\/log\.ts$/,
  "pino-pretty": /^shared\/program\/log\.ts$/,
  undici: /^shared\/xnat\/http\.ts$/,
  yauzl: /^shared\/files\/zip-read\.ts$/,
  "@streamparser/json": /^shared\/xnat\/stream-rows\.ts$/,
  zod: /^command-json\/|\.schema\.ts$/,
};

function importsOf(path: string): readonly string[] {
  const text = readFileSync(join(root, path), "utf8");
  const statements = text.matchAll(/^(?:import|export)\s(?:[^;"]*?\sfrom\s)?"([^"]+)"/gm);
  const dynamic = text.matchAll(/\bimport\("([^"]+)"\)/g);
  return [...statements, ...dynamic].map((match) => match[1] ?? "");
}

function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith("#")) return specifier.slice(1);
  return normalize(join(dirname(path), specifier));
}

const roomOf = (path: string): string =>
  Object.keys(mayImport).find((room) => path.startsWith(`${room}/`)) ??
  path.split("/").slice(0, 2).join("/");

describe("the house", () => {
  test("imports only point down", () => {
    const upward = source.flatMap((path) => {
      const allowed = mayImport[roomOf(path)];
      if (allowed === undefined) return [];
      return importsOf(path)
        .filter((specifier) => /^[#.]/.test(specifier))
        .map((specifier) => targetOf(path, specifier))
        .filter(
          (target) =>
            ![roomOf(path), ...allowed].some(
              (room) => target === room || target.startsWith(`${room}/`),
            ),
        )
        .map((target) => `${path} -> ${target}`);
    });
    expect(upward).toEqual([]);
  });

  test("a container imports no other container", () => {
    const crossing = source
      .filter((path) => path.startsWith("containers/"))
      .flatMap((path) =>
        importsOf(path).map((specifier) => [path, targetOf(path, specifier)] as const),
      )
      .filter(
        ([path, target]) => target.startsWith("containers/") && roomOf(path) !== roomOf(target),
      );
    expect(crossing).toEqual([]);
  });

  test("each package comes in by one door", () => {
    const strangers = source.flatMap((path) =>
      importsOf(path)
        .filter((specifier) => !/^([#.]|node:)/.test(specifier))
        .filter((specifier) => doors[specifier]?.test(path) !== true)
        .map((specifier) => `${path} imports ${specifier}`),
    );
    expect(strangers).toEqual([]);
  });

  test("every package has a door, and every door is used", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const used = new Set(source.flatMap((path) => importsOf(path)));
    expect(Object.keys(manifest.dependencies).filter((name) => !used.has(name))).toEqual([]);
    expect(Object.keys(manifest.dependencies).sort()).toEqual(Object.keys(doors).sort());
  });

  test("the solvers and the physics know no files, clocks or randomness", () => {
    const impure = source
      .filter((path) => /^shared\/(fit|models)\//.test(path))
      .filter((path) =>
        /node:fs|Math\.random|Date\.now|new Date|performance\./.test(
          readFileSync(join(root, path), "utf8"),
        ),
      );
    expect(impure).toEqual([]);
  });

  test("every test mirrors a source file", () => {
    const orphans = code
      .filter((path) => /^test\/(shared|command-json|containers)\/.*\.test\.ts$/.test(path))
      .filter(
        (path) => !existsSync(join(root, path.slice("test/".length).replace(/\.test\.ts$/, ".ts"))),
      );
    expect(orphans).toEqual([]);
  });

  test("files are small: median at most 130 lines, none above 300 but tables", () => {
    const lengths = source.map(
      (path) => [readFileSync(join(root, path), "utf8").split("\n").length, path] as const,
    );
    const sorted = lengths.map(([length]) => length).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)] ?? 0).toBeLessThanOrEqual(130);
    const tables = /colormap|font|dictionary|codes|table/;
    expect(lengths.filter(([length, path]) => length > 300 && !tables.test(path))).toEqual([]);
  });

  test("no file has a name that says nothing", () => {
    expect(
      source.filter((path) =>
        /\/(index|utils?|helpers?|misc|common|data|info|manager)\.ts$/.test(path),
      ),
    ).toEqual([]);
  });
});
