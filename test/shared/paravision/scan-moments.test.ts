import { describe, expect, test } from "vitest";
import { dateText, timeText, zoneText } from "#shared/paravision/dates.ts";
import { findMoment, studyDateSources, studyZone } from "#shared/paravision/scan-moments.ts";
import { findRawDataset, rawDatasets, readStated } from "#test/acceptance/raw-datasets.ts";
import { exampleScan } from "./example-scan.ts";
import { readRawScans } from "./raw-scans.ts";

const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  study: studyDateSources,
  series: ["VisuSeriesDate"],
  acquisition: ["VisuAcqDate"],
  creation: ["VisuCreationDate"],
};

interface Stated {
  readonly DA: string;
  readonly TM: string;
}

for (const name of rawDatasets) {
  const folder = findRawDataset(name);
  describe.skipIf(folder === undefined)(name, () => {
    test("every date of every scan is the stated one, in the zone of its study", () => {
      const stated = new Map(readStated(folder!).map((one) => [one.path, one.dates]));
      let compared = 0;
      for (const scan of readRawScans(folder!)) {
        const dates = stated.get(scan.reconstruction.path) as
          | Readonly<Record<string, Stated | string | null>>
          | undefined;
        // Scans without pixels have dates that nobody stated.
        if (dates === undefined || dates === null) continue;
        const zone = studyZone(scan);
        expect(zone === undefined ? null : zoneText(zone)).toBe(dates["zoneOfOutput"]);
        for (const [kind, sources] of Object.entries(sourcesOf)) {
          const moment = findMoment(scan, "", sources);
          const wanted = dates[kind] as Stated | undefined;
          expect(moment && { DA: dateText(moment), TM: timeText(moment) }).toEqual(
            wanted && { DA: wanted.DA, TM: wanted.TM },
          );
          if (wanted !== undefined) compared++;
        }
      }
      expect(compared).toBeGreaterThan(0);
    });
  });
}

test("ParaVision 360.1 writes the acquisition in the zone of Greenwich: it comes out in that of the study", () => {
  const { scan } = exampleScan({
    visu: `##$VisuStudyDate=<2020-06-30T08:00:00,000+0200>
##$VisuAcqDate=<2020-06-30T22:30:00,250+0000>`,
  });
  const moment = findMoment(scan, "", ["VisuAcqDate"])!;
  expect([dateText(moment), timeText(moment)]).toEqual(["20200701", "003000.250000"]);
});

test("a date nobody can read is passed over with a remark, and the next source counts", () => {
  const { scan, remarks } = exampleScan({
    visu: "##$VisuStudyDate=<yesterday>",
    subject: "##$SUBJECT_abs_date=(1443111120, 66, -300)",
  });
  const moment = findMoment(scan, "", studyDateSources)!;
  expect(dateText(moment)).toBe("20150924");
  expect(remarks().map(({ code }) => code)).toContain("date-unreadable");
});
