import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cacheAttributes } from "#containers/project-runner/cache-attributes.ts";
import { shareState } from "#containers/project-runner/share-state.ts";
import { openState } from "#containers/project-runner/state.ts";
import { emptySite, openMemoryServer } from "./memory-server.ts";
import { scanOf } from "./project-run.ts";

let work = "";
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "share-state-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const log = { info: () => {}, warn: () => {}, error: () => {} };

test("a dry run keeps what it found out on this machine, and the next run copies it", async () => {
  const site = emptySite();
  for (let n = 0; n < 150; n++) site.attributes.set(`E_M01/${n}`, { EchoTime: String(n) });
  const server = openMemoryServer(site);
  const path = join(work, "state.jsonl");
  const ask = async (readOnly: boolean) => {
    const state = openState(path);
    const shared = await shareState(server, state, { work, runId: "run", log, readOnly });
    const read = cacheAttributes(server, state, shared);
    const found: string[] = [];
    for (let n = 0; n < 150; n++) {
      const { EchoTime = "" } = await read(scanOf("M01", String(n)), ["EchoTime"]);
      found.push(EchoTime);
    }
    await shared.finish();
    state.close();
    return found;
  };
  const wanted = Array.from({ length: 150 }, (_, n) => String(n));
  expect(await ask(true)).toEqual(wanted);
  expect(site.resources.size).toBe(0);
  const before = server.requests.length;
  expect(await ask(false)).toEqual(wanted);
  expect(server.requests.slice(before).filter((name) => /ttribute/.test(name))).toEqual([]);
  expect([...site.resources.keys()]).toEqual(["project/PROJECT_RUNNER_STATE"]);
});

test("a scan that has no images yet, or no series, is asked for again", async () => {
  const site = emptySite();
  const server = openMemoryServer(site);
  const state = openState(join(work, "other.jsonl"));
  const shared = await shareState(server, state, { work, runId: "run", log });
  const read = cacheAttributes(server, state, shared);
  const later = scanOf("M01", "3");
  const nameless = scanOf("M02", "3", { seriesUid: "" });
  expect([await read(later, ["EchoTime"]), await read(nameless, ["EchoTime"])]).toEqual([
    { EchoTime: "" },
    { EchoTime: "" },
  ]);
  for (const session of ["E_M01", "E_M02"]) site.attributes.set(`${session}/3`, { EchoTime: "9" });
  expect([await read(later, ["EchoTime"]), await read(nameless, ["EchoTime"])]).toEqual([
    { EchoTime: "9" },
    { EchoTime: "9" },
  ]);
  state.close();
});
