import { expect, test } from "vitest";
import { readDicomElements } from "#shared/xnat/dicomdump.ts";
import { fakeConnection, listOf } from "./fake-connection.ts";

const scan = { project: "RATT1", subject: "M01", session: "XNAT_E1", scan: "3" };
const row = (tag1: string, vr: string, value: string, tag2 = ""): object => ({
  tag1,
  tag2,
  vr,
  value,
  desc: "",
});

test("attributes of a scan are read by tag or keyword, without a download", async () => {
  const connection = fakeConnection(() =>
    listOf([
      row("(0018,0081)", "DS", "11\\22\\33"),
      row("(0008,103e)", "LO", "T2 &lt;MSME&gt; Z&uuml;rich"),
      row("(0040,0275)", "SQ", "", "(0040,0275)"),
      row("(0040,0275)", "SH", "inner", "(0040,0009)"),
      row("(0010,4000)", "LT", "a\\b"),
      row("(0018,0024)", "SH", ""),
      row("(0008,0008)", "CS", "x".repeat(64)),
    ]),
  );
  expect(await readDicomElements(connection, scan, ["00180081", "EchoTime"])).toEqual([
    { tag: "00180081", vr: "DS", values: ["11", "22", "33"], perhapsCut: false },
    { tag: "0008103E", vr: "LO", values: ["T2 <MSME> Zürich"], perhapsCut: false },
    { tag: "00104000", vr: "LT", values: ["a\\b"], perhapsCut: false },
    { tag: "00180024", vr: "SH", values: [], perhapsCut: false },
    { tag: "00080008", vr: "CS", values: ["x".repeat(64)], perhapsCut: true },
  ]);
  expect(connection.lines).toEqual([
    "GET /data/services/dicomdump?src=/archive/projects/RATT1/subjects/M01/experiments/XNAT_E1/scans/3&field=00180081&field=EchoTime&format=json",
  ]);
});

test("attributes that are not there, and scans without DICOM, are an empty list", async () => {
  expect(
    await readDicomElements(
      fakeConnection(() => listOf([])),
      scan,
      ["EchoTime"],
    ),
  ).toEqual([]);
});
