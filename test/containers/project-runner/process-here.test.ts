import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  cloneSite,
  emptySite,
  type Mishap,
  openMemoryServer,
  put,
  type Site,
} from "./memory-server.ts";
import { type RunChoices, runOnce, scanOf } from "./project-run.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "project-runner-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const newWork = () => join(folder, String(made++));

/** Two subjects with a scan each, a result of another origin, a scan without images, a localizer, and a ROI collection. */
function sampleSite(): Site {
  const site = emptySite();
  for (const session of ["M01", "M02", "M03"]) {
    site.scans.push(scanOf(session, "1", { seriesDescription: "Localizer", scanType: "Loc" }));
    site.scans.push(scanOf(session, "3"));
    const place = { kind: "scan", sessionId: `E_${session}`, scanId: "3" } as const;
    put(site, place, "DICOM", { "a.dcm": `image a of ${session}`, "b.dcm": "image b" });
  }
  site.scans.push(scanOf("M04", "3"));
  const other = { kind: "scan", sessionId: "E_M03", scanId: "3" } as const;
  put(site, other, "PROCESSED_T2", { "map.nii.gz": "somebody else's map" });
  site.collections.push({ sessionId: "E_M01", assessorId: "ROI_1", label: "drawn" });
  const assessor = { kind: "assessor", sessionId: "E_M01", assessorId: "ROI_1" } as const;
  put(site, assessor, "AIM", { "aim.xml": '<uid root="1.2.3.3.3"/>' });
  return site;
}

/** Everything but the runner's own state. */
function contentOf(site: Site): Record<string, Record<string, string>> {
  const kept = [...site.resources].filter(([key]) => !/PROJECT_RUNNER/.test(key));
  return Object.fromEntries(
    kept
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, files]) => {
        const texts = [...files].map(([path, bytes]) => [path, bytes.toString()] as const);
        return [key, Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1)))];
      }),
  );
}

const statuses = (all: ReadonlyMap<string, { status: string }>) =>
  Object.fromEntries([...all].map(([key, { status }]) => [key, status]));

describe("a run over a project", () => {
  test("makes what is missing, keeps what is not ours, and says why the rest is left out", async () => {
    const site = sampleSite();
    const { all, stopped } = await runOnce(openMemoryServer(site), newWork());
    expect(stopped).toBeUndefined();
    expect(statuses(all)).toEqual({
      "E_M01/3/process-t2": "done",
      "E_M01/3/mask-average/ROI_1": "done",
      "E_M02/3/process-t2": "done",
      "E_M03/3/process-t2": "kept",
      "E_M04/3/process-t2": "left-out",
    });
    const content = contentOf(site);
    expect(Object.keys(content)).toEqual([
      "E_M01/3/ANALYSED_ROI_1",
      "E_M01/3/ANALYSED_ROI_1_REPORT",
      "E_M01/3/DICOM",
      "E_M01/3/PROCESSED_T2",
      "E_M01/3/PROCESSED_T2_REPORT",
      "E_M01/ROI_1/AIM",
      "E_M02/3/DICOM",
      "E_M02/3/PROCESSED_T2",
      "E_M02/3/PROCESSED_T2_REPORT",
      "E_M03/3/DICOM",
      "E_M03/3/PROCESSED_T2",
    ]);
    expect(content["E_M03/3/PROCESSED_T2"]).toEqual({ "map.nii.gz": "somebody else's map" });
    expect(Object.keys(content["E_M02/3/PROCESSED_T2_REPORT"] ?? {})).toEqual([
      "manifest.json",
      "project-runner.json",
      "summary.json",
    ]);
    const regions = content["E_M01/3/ANALYSED_ROI_1"]?.["map.nii.gz"] ?? "";
    for (const part of ["--reference", "3/DICOM/a.dcm", "--map", "AIM/aim.xml", "--series"]) {
      expect(regions).toContain(part);
    }
    expect(all.get("E_M01/3/process-t2")?.measures).toHaveLength(1);
  });

  test("a second run with nothing to do asks for the listing and the state, and no scan", async () => {
    const site = sampleSite();
    site.scans.pop();
    const work = newWork();
    await runOnce(openMemoryServer(site), work, { pipelines: ["process-t2"] });
    for (const again of [work, newWork()]) {
      const server = openMemoryServer(site);
      const { all } = await runOnce(server, again, { pipelines: ["process-t2"] });
      expect([...all.values()].map(({ status }) => status).sort()).toEqual([
        "current",
        "current",
        "kept",
      ]);
      expect(server.requests.toSorted()).toEqual([
        "download",
        "files",
        "files",
        "scans",
        "sessions",
      ]);
    }
  });

  test("without its state it finds out the same from what is stored", async () => {
    const site = sampleSite();
    await runOnce(openMemoryServer(site), newWork());
    const before = contentOf(site);
    const { all } = await runOnce(openMemoryServer(site), newWork(), { recheck: true });
    expect(all.get("E_M01/3/process-t2")).toMatchObject({ status: "current", measures: [{}] });
    expect(contentOf(site)).toEqual(before);
  });

  test("other options: the result of before is kept, or replaced whole when asked", async () => {
    const site = sampleSite();
    const work = newWork();
    await runOnce(openMemoryServer(site), work, { t2Options: "--model epg" });
    const before = contentOf(site);
    expect(before["E_M01/3/PROCESSED_T2"]).toHaveProperty(["b1.nii.gz"]);
    const { all } = await runOnce(openMemoryServer(site), work);
    expect(all.get("E_M01/3/process-t2")).toMatchObject({ status: "kept", code: "KEPT-OTHER" });
    expect(contentOf(site)).toEqual(before);
    await runOnce(openMemoryServer(site), work, { existing: "replace" });
    const fresh = sampleSite();
    await runOnce(openMemoryServer(fresh), newWork());
    expect(contentOf(site)).toEqual(contentOf(fresh));
  });
});

const killings = ["kill-before", "kill-half", "kill-after"] as const;

/** Runs with mishaps, one life after the other, until one ends; the last lives have none. */
async function live(site: Site, lives: readonly (readonly Mishap[])[], choices: RunChoices) {
  let work = newWork();
  for (const mishaps of [...lives, [], []]) {
    // What a life that was killed still does on this machine, a dead process would not: it keeps its folder for itself.
    const next = newWork();
    mkdirSync(next, { recursive: true });
    if (existsSync(join(work, "state.jsonl"))) {
      copyFileSync(join(work, "state.jsonl"), join(next, "state.jsonl"));
    }
    work = next;
    const server = openMemoryServer(site, mishaps);
    const run = runOnce(server, work, choices);
    run.catch(() => {});
    await Promise.race([run.catch(() => {}), server.killed]);
  }
}

describe("killed and resumed", () => {
  test("at each request in turn: the end is that of an undisturbed run", async () => {
    const whole = sampleSite();
    const server = openMemoryServer(whole);
    await runOnce(server, newWork());
    for (let at = 0; at < server.requests.length; at++) {
      for (const what of killings) {
        const site = sampleSite();
        await live(site, [[{ at, what }]], {});
        expect(contentOf(site), `${what} at ${at} (${server.requests[at]})`).toEqual(
          contentOf(whole),
        );
      }
    }
  });

  test("in the middle of replacing: nothing is lost, nothing is left over", async () => {
    const old = sampleSite();
    await runOnce(openMemoryServer(old), newWork(), { t2Options: "--model epg" });
    const whole = cloneSite(old);
    const server = openMemoryServer(whole);
    await runOnce(server, newWork(), { existing: "replace" });
    for (let at = 0; at < server.requests.length; at++) {
      for (const what of killings) {
        const site = cloneSite(old);
        await live(site, [[{ at, what }]], { existing: "replace" });
        expect(contentOf(site), `${what} at ${at} (${server.requests[at]})`).toEqual(
          contentOf(whole),
        );
      }
    }
  });

  test("again and again, with faults between", { timeout: 240_000 }, async () => {
    const old = sampleSite();
    await runOnce(openMemoryServer(old), newWork(), { t2Options: "--model epg" });
    const whole = cloneSite(old);
    await runOnce(openMemoryServer(whole), newWork(), { existing: "replace" });
    const mishap = fc.record({
      at: fc.nat(70),
      what: fc.constantFrom(
        ...killings,
        ...(["silent", "half-transient", "transient", "proxy", "token-ended", "disk"] as const),
        ...(["not-stored", "protocol"] as const),
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(mishap, { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
        async (lives) => {
          const site = cloneSite(old);
          await live(site, lives, { existing: "replace", retryFailed: true });
          expect(contentOf(site)).toEqual(contentOf(whole));
        },
      ),
      { numRuns: 60 },
    );
  });
});
