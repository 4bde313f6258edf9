import { expect, test } from "vitest";
import { isUid } from "#shared/dicom/uid.ts";
import { frameOfReferenceUid, instanceUid, seriesUid, studyUid } from "#shared/paravision/uids.ts";
import { exampleScan } from "./example-scan.ts";

const deIdentify = { shiftDays: 0, secret: "s" };

test("the vendor's rule: VisuUid, VisuUid.frame, VisuUid.7, as measured on 472 files of ParaVision's export", () => {
  const { scan } = exampleScan({ choices: { uids: "vendor" } });
  expect(studyUid(scan)).toBe("1.2.3");
  expect(seriesUid(scan, {})).toBe("1.2.3.4");
  expect(instanceUid(scan, {}, 0)).toBe("1.2.3.4.0");
  expect(frameOfReferenceUid(scan)).toBe("1.2.3.4.7");
});

test("a map cannot have the UID of its scan", () => {
  const { scan } = exampleScan({ choices: { uids: "vendor" } });
  const uids = [{}, { element: 0 }, { element: 1 }, { frameType: "PHASE_IMAGE" }].map((part) =>
    seriesUid(scan, part),
  );
  expect(new Set(uids).size).toBe(4);
  expect(uids.every(isUid)).toBe(true);
});

test("own UIDs depend on scan, part, frame and on what changes the images, and on nothing else", () => {
  const of = (...parts: Parameters<typeof exampleScan>) => {
    const { scan } = exampleScan(...parts);
    return [seriesUid(scan, {}), instanceUid(scan, {}, 3)].join(" ");
  };
  const plain = of();
  expect(of({ choices: { identity: { subject: "other" }, species: "x" } })).toBe(plain);
  const others = [
    of({ visu: "##$VisuUid=( 65 )\n<1.2.3.5>" }),
    of({ choices: { objects: "enhanced" } }),
    of({ choices: { uniformSlope: true } }),
    of({ choices: { bValue: "nominal" } }),
    of({ choices: { deIdentify } }),
    of({ choices: { deIdentify: { ...deIdentify, secret: "other" } } }),
  ];
  expect(new Set([plain, ...others]).size).toBe(7);
});

test("series of a study share its UID and frame of reference, whatever their own UID", () => {
  const { scan: a } = exampleScan();
  const { scan: b } = exampleScan({ visu: "##$VisuUid=( 65 )\n<1.2.3.5>" });
  expect(studyUid(a)).toBe(studyUid(b));
  expect(frameOfReferenceUid(a)).toBe(frameOfReferenceUid(b));
});

test("ParaVision 360 calls the frame of reference like the study, which validators refuse: another is made", () => {
  const named = (uid: string) =>
    exampleScan({ visu: `##$VisuSeriesFrameOfReferenceUid=( 65 )\n<${uid}>` }).scan;
  expect(frameOfReferenceUid(named("1.2.9"))).toBe("1.2.9");
  const made = frameOfReferenceUid(named("1.2.3"));
  expect(made).toMatch(/^2\.25\./);
  expect(made).toBe(frameOfReferenceUid(exampleScan().scan));
});

test("de-identified, none of the UIDs of the raw data is left, and the vendor's are not used", () => {
  const { scan } = exampleScan({ choices: { uids: "vendor", deIdentify } });
  const uids = [
    studyUid(scan),
    seriesUid(scan, {}),
    instanceUid(scan, {}, 0),
    frameOfReferenceUid(scan),
  ];
  for (const uid of uids) expect(uid).toMatch(/^2\.25\.\d+$/);
  expect(new Set(uids).size).toBe(4);
});

test("without UIDs in the files, scans of one study still get one study, and each its own series", () => {
  const lost = `##$VisuUid=( 65 )\n<>\n##$VisuStudyUid=( 65 )\n<01.2>
##$VisuSubjectId=( 65 )\n<M01>\n##$VisuStudyDate=<2020-06-30T08:00:00,000+0200>`;
  const a = exampleScan({ visu: lost, examination: 5 });
  const b = exampleScan({ visu: lost, examination: 6 });
  expect(studyUid(a.scan)).toBe(studyUid(b.scan));
  expect(seriesUid(a.scan, {})).not.toBe(seriesUid(b.scan, {}));
  expect(a.remarks().map(({ code }) => code)).toEqual(expect.arrayContaining(["uid-missing"]));
  const other = exampleScan({ visu: lost.replace("M01", "M02") });
  expect(studyUid(other.scan)).not.toBe(studyUid(a.scan));
});

test("a vendor UID that grows too long is replaced", () => {
  const long = `1.${"2".repeat(61)}`;
  const { scan, remarks } = exampleScan({
    visu: `##$VisuUid=( 65 )\n<${long}>`,
    choices: { uids: "vendor" },
  });
  expect(instanceUid(scan, {}, 10)).toMatch(/^2\.25\./);
  expect(remarks()).toHaveLength(1);
});
