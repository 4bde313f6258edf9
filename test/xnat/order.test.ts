import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addProject, addScan, addSession, addSubject } from "./records.ts";
import { type SimulatedXnat, startXnat } from "./start-xnat.ts";

// L6: no list has an order. Whatever the seed, the rows are the same and a client that relies on their order is found out.

const headers = { Authorization: `Basic ${Buffer.from("owner:owner").toString("base64")}` };
const scans =
  "/data/experiments?project=P&xsiType=xnat:imageSessionData&columns=ID,xnat:imageScanData/ID&format=json";

function fill({ site }: SimulatedXnat): void {
  addProject(site, { id: "P", members: new Map([["owner", "owner"]]) });
  for (let at = 0; at < 5; at++) {
    const subject = addSubject(site, { project: "P", label: `S${at}` });
    const session = addSession(site, { project: "P", subjectId: subject.id, label: `S${at}_MR` });
    for (const id of ["1", "2", "3"]) addScan(site, session, { id });
  }
}

async function rows(xnat: SimulatedXnat): Promise<readonly string[]> {
  const reply = await fetch(xnat.url + scans, { headers });
  const { ResultSet } = (await reply.json()) as {
    ResultSet: { Result: readonly Record<string, string>[] };
  };
  return ResultSet.Result.map((row) => `${row["ID"]} ${row["xnat:imagescandata/id"]}`);
}

let expected: readonly string[];
beforeAll(async () => {
  const xnat = await startXnat();
  fill(xnat);
  expected = (await rows(xnat)).toSorted();
  await xnat.stop();
});
afterAll(() => expect(expected).toHaveLength(15));

test("any seed gives the same rows; the same seed the same order", async () => {
  const orders = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 - 1 }), async (seed) => {
      const [first, second] = await Promise.all([startXnat({ seed }), startXnat({ seed })]);
      fill(first);
      fill(second);
      const [one, other] = [await rows(first), await rows(second)];
      await Promise.all([first.stop(), second.stop()]);
      orders.add(one.join());
      expect(other).toEqual(one);
      expect(one.toSorted()).toEqual(expected);
    }),
    { numRuns: 20 },
  );
  expect(orders.size).toBeGreaterThan(15);
});
