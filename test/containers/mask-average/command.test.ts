import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseArgv } from "#command-json/parse-argv.ts";
import { commandSchema } from "#command-json/schema.ts";
import { command } from "#containers/mask-average/command.ts";
import { type Archive, readArchive } from "../../image/read-archive.ts";
import { type Click, resolveClick } from "../../image/resolve-click.ts";

const document = commandSchema.parse(
  JSON.parse(
    readFileSync(new URL("../../../containers/mask-average/command.json", import.meta.url), "utf8"),
  ),
);

function optionsOf(...argv: string[]) {
  const call = parseArgv(command, argv);
  if (call.kind !== "run") throw new Error(call.kind);
  return call.options;
}

describe("the options", () => {
  test("without any, are the mounts of XNAT and the rules of the documentation", () => {
    expect(optionsOf()).toMatchObject({
      reference: "/reference",
      roi: ["/roi"],
      map: ["/maps"],
      series: "/series",
      output: "/output",
      contours: "auto",
      nested: "hole",
      edge: "half-open",
      "fractional-threshold": 0.5,
      "rtstruct-shift-px": undefined,
      volume: 1,
      zeros: "auto",
      status: "good",
      lowest: undefined,
      highest: undefined,
    });
  });

  test("name several collections and maps in place of the mounts", () => {
    const options = optionsOf("--roi", "a.xml", "--roi=b", "--map", "t2.nii", "--map=t1.nii");
    expect(options.roi).toEqual(["a.xml", "b"]);
    expect(options.map).toEqual(["t2.nii", "t1.nii"]);
  });

  test("shift RTSTRUCT by two numbers, negative ones too", () => {
    expect(optionsOf("--rtstruct-shift-px", "-1,-1")["rtstruct-shift-px"]).toEqual([-1, -1]);
    expect(() => optionsOf("--rtstruct-shift-px=1")).toThrow("must be two numbers");
  });

  test("take limits of any sign, as maps have", () => {
    expect(optionsOf("--lowest", "-5", "--highest=2.5")).toMatchObject({
      lowest: -5,
      highest: 2.5,
    });
  });
});

describe("launched from XNAT", () => {
  const base = mkdtempSync(join(tmpdir(), "mask-average-launch-"));
  const folder = join(base, "archive/SYNTH/arc001/MR1");
  const resources = [
    ...[
      "SCANS/1/SNAPSHOTS",
      "SCANS/3/DICOM",
      "SCANS/5/DICOM",
      "SCANS/5/PROCESSED_T2",
      "SCANS/5/PROCESSED_T2_REPORT",
    ],
    ...["ASSESSORS/AIM_1/AIM", "ASSESSORS/AIM_1/RTSTRUCT", "ASSESSORS/SEG_2/SEG"],
  ];

  beforeAll(() => {
    for (const path of resources) mkdirSync(join(folder, path), { recursive: true });
  });
  afterAll(() => rmSync(base, { recursive: true }));

  const launch = (click: Omit<Click, "archive">, archive: Archive = readArchive(base)) =>
    resolveClick(document, { ...click, archive }, "/results");

  const chosen = { scanId: "5", referenceScanId: "3", assessorId: "RoiCollection_1" };

  test("it is the same from the scan, the session and the collection, with the rest chosen", () => {
    const [scan, session, assessor] = (["scan", "session", "assessor"] as const).map((level) =>
      launch({ level, ...chosen }),
    );
    expect(scan).toEqual(assessor);
    expect(scan).toEqual({
      ...session,
      mounts: session?.mounts.map((mount) =>
        mount.target === "/reference" ? { ...mount, source: folder } : mount,
      ),
    });
    expect(scan?.mounts).toEqual([
      { source: folder, target: "/reference", writable: false },
      { source: join(folder, "SCANS/5/PROCESSED_T2"), target: "/maps", writable: false },
      { source: join(folder, "SCANS/5/DICOM"), target: "/series", writable: false },
      { source: join(folder, "ASSESSORS/AIM_1"), target: "/roi", writable: false },
      { source: "/results", target: "/output", writable: true },
    ]);
    expect(scan?.environment).toMatchObject({
      SOURCE_SCAN: "5",
      SOURCE_SESSION: "XNAT_E00001",
      SOURCE_ASSESSOR: "RoiCollection_1",
    });
  });

  test("the session's page shows the images of the chosen reference scan alone", () => {
    const reference = (referenceScanId: string) =>
      launch({ ...chosen, level: "session", referenceScanId }).mounts[0];
    expect(reference("3")).toEqual({
      source: join(folder, "SCANS/3/DICOM"),
      target: "/reference",
      writable: false,
    });
    // The map's own series may be the one the regions were drawn on.
    expect(reference("5")?.source).toBe(join(folder, "SCANS/5/DICOM"));
    expect(() => reference("1")).toThrow('Input "reference-scan" could not be resolved');
  });

  test("its command line says what the defaults are", () => {
    const { args = [] } = launch({ level: "scan", scanId: "5", assessorId: "RoiCollection_1" });
    expect(optionsOf(...args)).toEqual(optionsOf());
  });

  test("each collection has resources of its own below the scan, so that none overwrites another", () => {
    const uploads = ["RoiCollection_1", "RoiCollection_2"].map(
      (assessorId) => launch({ ...chosen, level: "session", assessorId }).uploads,
    );
    expect(uploads).toEqual([
      [
        { path: "stats", label: "ANALYSED_RoiCollection_1", below: "5" },
        { path: "report", label: "ANALYSED_RoiCollection_1_REPORT", below: "5" },
      ],
      [
        { path: "stats", label: "ANALYSED_RoiCollection_2", below: "5" },
        { path: "report", label: "ANALYSED_RoiCollection_2_REPORT", below: "5" },
      ],
    ]);
  });

  test("a scan without maps is not offered, and its reports are no maps", () => {
    expect(() => launch({ ...chosen, level: "session", scanId: "3" })).toThrow(
      'Input "scan" could not be resolved',
    );
  });

  test("in bulk it finds what there is one of, and fails where there are several", () => {
    expect(launch({ level: "assessor", assessorId: "RoiCollection_2" }).environment).toMatchObject({
      SOURCE_SCAN: "5",
      SOURCE_ASSESSOR: "RoiCollection_2",
    });
    expect(() => launch({ level: "session" })).toThrow('"assessor"  does not have a unique');
    expect(() => launch({ level: "session", assessorId: "RoiCollection_2" })).toThrow(
      '"reference-scan"  does not have a unique',
    );
  });

  test("an assessor that is no ROI collection is not offered", () => {
    const archive = readArchive(base);
    archive.session.assessors[0]!.xsiType = "xnat:qcAssessmentData";
    expect(launch({ level: "scan", scanId: "5" }, archive).environment).toMatchObject({
      SOURCE_ASSESSOR: "RoiCollection_2",
    });
  });
});
