import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { listScans } from "#shared/xnat/scans.ts";
import { all, fakeConnection, listOf, streamConnection } from "./fake-connection.ts";

const row = (session: string, scan: string, more: object = {}): object => ({
  ID: `XNAT_E${session}`,
  label: `M${session}_MR`,
  subject_label: `M${session}`,
  subject_ID: `XNAT_S${session}`,
  date: "2026-11-20",
  xsiType: "xnat:mrSessionData",
  project: "RATT1",
  "xnat:imagescandata/id": scan,
  "xnat:imagescandata/type": "MSME",
  "xnat:imagescandata/series_description": "T2 MSME",
  "xnat:imagescandata/quality": "usable",
  "xnat:imagescandata/frames": "160",
  "xnat:imagescandata/uid": `1.2.${session}.${scan}`,
  "xnat:imagescandata/modality": "",
  URI: `/data/experiments/XNAT_E${session}`,
  ...more,
});

describe("scans of a project", () => {
  test("come with one request, in order, a session's together", async () => {
    const connection = fakeConnection(() =>
      listOf([row("10", "3"), row("2", "11"), row("10", "2"), row("2", "3"), row("2", "3-MR1")]),
    );
    const scans = await all(listScans(connection, "RATT1"));
    expect(scans.map(({ sessionId, scanId }) => `${sessionId}/${scanId}`)).toEqual([
      "XNAT_E2/3",
      "XNAT_E2/3-MR1",
      "XNAT_E2/11",
      "XNAT_E10/2",
      "XNAT_E10/3",
    ]);
    expect(connection.lines).toEqual([
      "GET /data/experiments?project=RATT1&xsiType=xnat:imageSessionData&columns=ID,label,subject_label,subject_ID,date,xsiType,project,xnat:imagescandata/id,xnat:imagescandata/type,xnat:imagescandata/series_description,xnat:imagescandata/quality,xnat:imagescandata/frames,xnat:imagescandata/uid,xnat:imagescandata/modality&format=json",
    ]);
    expect(scans[0]).toEqual({
      project: "RATT1",
      owner: "RATT1",
      subjectId: "XNAT_S2",
      subjectLabel: "M2",
      sessionId: "XNAT_E2",
      sessionLabel: "M2_MR",
      date: "2026-11-20",
      sessionType: "xnat:mrSessionData",
      scanId: "3",
      scanType: "MSME",
      seriesDescription: "T2 MSME",
      quality: "usable",
      frames: "160",
      seriesUid: "1.2.2.3",
      modality: "MR",
    });
  });

  test("L7: a shared session keeps its owner", async () => {
    const connection = fakeConnection(() => listOf([row("1", "1", { project: "PARENT" })]));
    expect(await all(listScans(connection, "RATT1"))).toMatchObject([
      { project: "RATT1", owner: "PARENT" },
    ]);
  });

  test("L5: repeated rows count once; sessions without scans do not come", async () => {
    const connection = fakeConnection(() =>
      listOf([row("1", "1"), row("1", "1"), row("2", ""), row("1", "2")]),
    );
    expect((await all(listScans(connection, "RATT1"))).map(({ scanId }) => scanId)).toEqual([
      "1",
      "2",
    ]);
  });

  test("texts are left as they are", async () => {
    const text = " T2 &amp; <b> (fast) ";
    const connection = fakeConnection(() =>
      listOf([row("1", "1", { "xnat:imagescandata/series_description": text })]),
    );
    expect((await all(listScans(connection, "RATT1")))[0]?.seriesDescription).toBe(text);
  });

  test("L4: where the columns are unknown each session is asked", async () => {
    const bare = ["1", "2", "3", "4", "5"].map((n) => ({
      ID: `E${n}`,
      label: `M${n}`,
      subject_label: "M",
      xsiType: "xnat:petSessionData",
    }));
    const connection = fakeConnection((line) =>
      line.startsWith("GET /data/experiments?")
        ? listOf(bare)
        : listOf([
            {
              ID: "2",
              type: "FLASH",
              series_description: "d",
              quality: "",
              xsiType: "xnat:mrScanData",
            },
            { ID: "1", type: "MSME", UID: "1.2.3" },
          ]),
    );
    const scans = await all(listScans(connection, "RATT1"));
    expect(scans.length).toBe(10);
    expect(scans[0]).toMatchObject({
      sessionId: "E1",
      scanId: "1",
      seriesUid: "1.2.3",
      modality: "PT",
      frames: "",
    });
    expect(connection.calls.length).toBe(7);
  });

  test("an empty project has none", async () => {
    const connection = fakeConnection(() => listOf([]));
    expect(await all(listScans(connection, "RATT1"))).toEqual([]);
  });

  test("a list that breaks off is asked again, and nothing comes twice", async () => {
    let asked = 0;
    const text = JSON.stringify(listOf([row("1", "1"), row("1", "2"), row("2", "1")]).value);
    const connection = fakeConnection(() => {
      asked += 1;
      return { text: asked === 1 ? text.slice(0, -200) : text };
    });
    const waits: number[] = [];
    const options = { pause: async (tried: number) => void waits.push(tried) };
    expect((await all(listScans(connection, "RATT1", options))).length).toBe(3);
    expect(asked).toBe(2);
    expect(waits).toEqual([1]);
    const hopeless = fakeConnection(() => ({ text: text.slice(0, -200) }));
    const failed = all(listScans(hopeless, "RATT1", options));
    await expect(failed).rejects.toMatchObject({ kind: "transient" });
    expect(hopeless.calls.length).toBe(3);
  });

  test("an error page is an error", async () => {
    const connection = fakeConnection(() => ({ text: "<html><h3>Status page</h3></html>" }));
    await expect(all(listScans(connection, "RATT1"))).rejects.toMatchObject({ kind: "protocol" });
  });

  test("80,000 scans of 10,000 sessions, interleaved, in little memory", async () => {
    const server = createServer(async (_, response) => {
      response.write('{"ResultSet":{"Result":[');
      for (let scan = 1; scan <= 8; scan += 1) {
        for (let start = 0; start < 10_000; start += 500) {
          const rows = Array.from({ length: 500 }, (_, at) =>
            JSON.stringify(row(String(start + at + 10_000), String(scan))),
          );
          const comma = scan === 1 && start === 0 ? "" : ",";
          if (!response.write(comma + rows.join(","))) {
            await new Promise((resolve) => response.once("drain", resolve));
          }
        }
      }
      response.end('],"totalRecords":"80000"}}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const connection = streamConnection((server.address() as AddressInfo).port);
    const before = process.memoryUsage().heapUsed;
    const began = performance.now();
    let count = 0;
    let session = "";
    const sessions = new Set<string>();
    let peak = 0;
    for await (const scan of listScans(connection, "RATT1")) {
      count += 1;
      if (scan.sessionId !== session) expect(sessions.has(scan.sessionId)).toBe(false);
      session = scan.sessionId;
      sessions.add(session);
      if (count % 10_000 === 1) peak = Math.max(peak, process.memoryUsage().heapUsed);
    }
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `80,000 scans: ${seconds.toFixed(1)} s, heap ${((peak - before) / 2 ** 20).toFixed(0)} MiB above the start`,
    );
    expect([count, sessions.size]).toEqual([80_000, 10_000]);
    expect(seconds).toBeLessThan(30);
    expect(peak - before).toBeLessThan(200 * 2 ** 20);
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
});
