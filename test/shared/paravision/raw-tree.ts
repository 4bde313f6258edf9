import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { findReconstructions } from "#shared/paravision/find-reconstructions.ts";
import type { FoundReconstructions } from "#shared/paravision/reconstruction.ts";

/** A new empty folder, gone when the tests are done. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "raw-tree-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with these files of one byte; what ends with a slash is an empty folder. */
export function treeOf(...paths: readonly string[]): string {
  const folder = newFolder();
  for (const path of paths) {
    const target = join(folder, path);
    mkdirSync(path.endsWith("/") ? target : dirname(target), { recursive: true });
    if (!path.endsWith("/")) writeFileSync(target, "x");
  }
  return folder;
}

/** What is found in a folder, archives unpacked beside it. */
export function find(
  folder: string,
  ...limits: Parameters<typeof findReconstructions> extends [string, string, ...infer Rest]
    ? Rest
    : never
): Promise<FoundReconstructions> {
  return findReconstructions(folder, newFolder(), ...limits);
}

/** `path: code` of what was skipped. */
export function skips({ skipped }: FoundReconstructions): readonly string[] {
  return skipped.map(({ path, skip }) => `${path}: ${skip.skip}`);
}
