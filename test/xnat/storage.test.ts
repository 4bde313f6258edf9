import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseCatalog } from "./catalog.ts";
import { createSite } from "./create-site.ts";
import { addProject } from "./records.ts";
import { refreshCatalog } from "./refresh-catalog.ts";
import { statsOf } from "./resource-stats.ts";
import { addResource, folderOf } from "./resources.ts";
import type { Project, Site } from "./site.ts";
import { listEntries, removeFile, storeFile, storeFiles } from "./stored-files.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "xnat-storage-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function siteOfOneProject(): { site: Site; project: Project } {
  const site = createSite(root);
  return { site, project: addProject(site, { id: "RATT1" }) };
}

describe("storage", () => {
  test("a stored file is on disk, in the catalog and in the list", async () => {
    const { site, project } = siteOfOneProject();
    const resource = await addResource(site, project, "T2MAP");
    await storeFile(site, resource, "sub/a&b.txt", "hello", { format: "TEXT", user: "demo" });
    expect(
      await readFile(join(folderOf(site, project), "resources/T2MAP/sub/a&b.txt"), "utf8"),
    ).toBe("hello");
    const [entry] = await listEntries(resource);
    expect(entry).toMatchObject({
      path: "sub/a&b.txt",
      size: 5,
      digest: "5d41402abc4b2a76b9719d911017c592",
      format: "TEXT",
      createdBy: "demo",
    });
    const text = await readFile(join(resource.folder, "T2MAP_catalog.xml"), "utf8");
    expect([...parseCatalog(text).entries.values()]).toEqual([entry]);
    expect(text).toMatch(/AUDIT">\d+:\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}=Added:1</);
  });

  test("what is there is left alone, unless it may be replaced; the old file is kept", async () => {
    const { site, project } = siteOfOneProject();
    const resource = await addResource(site, project, "KEPT");
    await storeFile(site, resource, "a", "old");
    expect(await storeFile(site, resource, "a", "new")).toBe("duplicate");
    expect((await listEntries(resource))[0]?.size).toBe(3);
    expect(await storeFile(site, resource, "a", "newer", { overwrite: true })).toBe("stored");
    expect((await listEntries(resource))[0]?.size).toBe(5);
    expect(await readdir(join(root, "cache/history"))).toHaveLength(1);
  });

  test("a full disk leaves half a file that the catalog does not name", async () => {
    const { site, project } = siteOfOneProject();
    const resource = await addResource(site, project, "FULL");
    await expect(storeFile(site, resource, "a", "hello", { diskFullAfter: 2 })).rejects.toThrow(
      "No space left on device",
    );
    expect(await listEntries(resource)).toEqual([]);
    expect(await readFile(join(resource.folder, "a"), "utf8")).toBe("he");
  });

  test("no name leads out of the resource", async () => {
    const { site, project } = siteOfOneProject();
    const resource = await addResource(site, project, "SAFE");
    for (const path of ["../x", "a/../../x", "/etc/x", ""]) {
      await expect(storeFile(site, resource, path, "x")).rejects.toThrow("Invalid file path");
    }
  });

  test("files that were put off are made at the first question, once", async () => {
    const { site, project } = siteOfOneProject();
    let made = 0;
    const resource = await addResource(site, project, "LATER", {
      later: {
        fileCount: 1,
        fileSize: 3,
        files: () => {
          made++;
          return [{ path: "a", source: "abc" }];
        },
      },
    });
    expect(statsOf(resource)).toEqual({ fileCount: 1, fileSize: 3 });
    expect(made).toBe(0);
    const lists = await Promise.all([listEntries(resource), listEntries(resource)]);
    expect(lists.map((entries) => entries.length)).toEqual([1, 1]);
    expect(made).toBe(1);
  });

  test("a refresh takes in what lies on disk and drops what does not", async () => {
    const { site, project } = siteOfOneProject();
    const resource = await addResource(site, project, "REFRESH");
    await storeFiles(site, resource, [
      { path: "stays", source: "1" },
      { path: "goes", source: "2" },
    ]);
    await rm(join(resource.folder, "goes"));
    await writeFile(join(resource.folder, "comes"), "abc");
    await refreshCatalog(site, resource, {
      append: true,
      delete: true,
      checksum: true,
      populateStats: true,
    });
    expect((await listEntries(resource)).map(({ path, size }) => [path, size])).toEqual([
      ["stays", 1],
      ["comes", 3],
    ]);
    expect(statsOf(resource)).toEqual({ fileCount: 2, fileSize: 4 });
  });

  test("removing a folder removes the files in it and no others", async () => {
    const { site, project } = siteOfOneProject();
    const resource = await addResource(site, project, "REMOVE");
    const paths = ["a/1", "a/2", "ab"];
    await storeFiles(
      site,
      resource,
      paths.map((path) => ({ path, source: path })),
    );
    expect(await removeFile(site, resource, "a/")).toBe(2);
    expect((await listEntries(resource)).map(({ path }) => path)).toEqual(["ab"]);
  });

  test("10,000 files are listed within a second", async () => {
    const { site, project } = siteOfOneProject();
    const resource = await addResource(site, project, "MANY");
    const names = Array.from({ length: 10_000 }, (_, n) => `slice-${n}.dcm`);
    await storeFiles(
      site,
      resource,
      names.map((path) => ({ path, source: "x" })),
    );
    const cold = { ...resource };
    const before = performance.now();
    expect(await listEntries(cold)).toHaveLength(10_000);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
