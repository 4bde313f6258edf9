import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readInstance } from "#shared/dicom/read-instance.ts";
import { createSite } from "./create-site.ts";
import { folderOf } from "./resources.ts";
import { seedLarge } from "./seed-large.ts";
import { messyLabels, seedMessy } from "./seed-messy.ts";
import { seedSample } from "./seed-sample.ts";
import { listEntries } from "./stored-files.ts";

const root = mkdtempSync(join(tmpdir(), "xnat-seeds-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const repository = new URL("../../", import.meta.url).pathname;

describe("seeds", () => {
  test("the sample project has six subjects of two groups, and images that are DICOM", async () => {
    const site = createSite(join(root, "six"));
    const sample = await seedSample(site);
    expect(sample.sessions.map(({ subject, group }) => `${subject} ${group}`)).toEqual([
      "DM01 control",
      "DM02 treated",
      "DM03 control",
      "DM04 treated",
      "DM05 control",
      "DM06 treated",
    ]);
    const session = site.sessions.get(sample.sessions[0]!.id)!;
    expect(session.scans.map(({ id, type, frames }) => [id, type, frames])).toEqual([
      ["2", "T2w_TurboRARE", 4],
      ["3", "T2_map_MSME", 40],
      ["5", "T1_map_RARE-VTR", 24],
      ["6", "DWI_SE-EPI", 28],
    ]);
    const [dicom] = session.scans[1]!.resources;
    const [entry] = await listEntries(dicom!);
    const instance = readInstance("a.dcm", join(dicom!.folder, entry!.path));
    expect(instance).toMatchObject({
      sopInstanceUID: entry!.uid,
      studyInstanceUID: session.uid,
      patientID: "DM01",
    });
    expect(session.assessors.map(({ attributes }) => attributes["collectionType"])).toEqual([
      "AIM",
      "SEG",
      "RTSTRUCT",
    ]);
  });

  test("a program that runs on a sample scan finds the truth of the vials", async () => {
    const site = createSite(join(root, "fit"));
    const sample = await seedSample(site, { subjects: 1 });
    const session = site.sessions.get(sample.sessions[0]!.id)!;
    const run = (program: string, ...options: readonly string[]) =>
      execFileSync("node", [join(repository, "containers", program, "main.ts"), ...options], {
        stdio: "pipe",
      });
    const [, scan] = session.scans;
    const [aim] = session.assessors;
    const maps = join(root, "maps");
    run("process-t2", "--input", folderOf(site, scan!), "--output", maps);
    const means = join(root, "means");
    const reference = folderOf(site, session);
    const roi = folderOf(site, aim!);
    run("mask-average", "--reference", reference, "--roi", roi, "--map", maps, "--output", means);
    const table = readdirSync(means, { recursive: true, encoding: "utf8" }).find((path) =>
      path.endsWith(".csv"),
    );
    const [header = "", ...lines] = readFileSync(join(means, table!), "utf8").split("\n");
    const columns = header.split(",");
    const rows = lines.map((line) => {
      const cells = line.split(",");
      return Object.fromEntries(columns.map((column, n) => [column, cells[n] ?? ""]));
    });
    const vials = sample.regions.filter(
      ({ collection, name }) => collection === aim!.label && name.startsWith("vial"),
    );
    expect(vials).toHaveLength(4);
    for (const { name, values } of vials) {
      const truth = values.find(({ scans }) => scans.includes(3))!;
      const row = rows.find((cells) => cells["roi_name"] === name && cells["map"] === "T2map");
      expect(Number(row?.["n_voxels"])).toBe(truth.voxels);
      // Maps of relaxation times are in seconds.
      expect(row?.["unit"]).toBe("s");
      expect(Math.abs((1000 * Number(row?.["mean"])) / truth.T2 - 1)).toBeLessThan(0.02);
    }
  });

  test("ten thousand sessions are there within seconds, and no file is made before it is asked for", async () => {
    const site = createSite(join(root, "large"));
    const before = performance.now();
    await seedLarge(site, { sessions: 10_000, scansEach: 4 });
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(existsSync(join(site.root, "archive/LARGE"))).toBe(false);
    const session = [...site.sessions.values()].at(-1)!;
    expect(await listEntries(session.scans[3]!.resources[0]!)).toHaveLength(1);
    expect(readdirSync(folderOf(site, session.scans[3]!))).toEqual(["DICOM"]);
  });

  test("the messy project has what its description says", async () => {
    const site = createSite(join(root, "messy"));
    await seedMessy(site);
    const session = [...site.sessions.values()].find(({ label }) => label === messyLabels.session)!;
    expect(session.scans.map(({ id }) => id)).toEqual(["1", "1-MR1", "2"]);
    const [first, second] = session.scans[0]!.resources;
    expect([first?.label, second?.label]).toEqual(["DICOM", "DICOM"]);
    expect(first?.folder).not.toBe(second?.folder);
    expect((await listEntries(first!)).map(({ path, digest }) => [path, digest])).toEqual([
      ["a.dcm", ""],
    ]);
    expect((await listEntries(second!)).map(({ path }) => path)).toEqual(["b.dcm"]);
  });
});
