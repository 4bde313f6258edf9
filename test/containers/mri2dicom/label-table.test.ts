import { expect, test } from "vitest";
import { parseLabelTable } from "#containers/mri2dicom/label-table.ts";

const read = (text: string) => parseLabelTable(text, "labels.csv");

test("a study is found by its folder, else by the subject ID of the raw data", () => {
  const table = read("study,subject,session\n2024_M01_1,M01,day1\nm2,M02,day1\n");
  expect(table.find("2024_M01_1", "m2")).toEqual({ subject: "M01", session: "day1" });
  expect(table.find("else", "m2")).toEqual({ subject: "M02", session: "day1" });
  expect(table.find("else", "m3")).toBeUndefined();
});

test.each([
  ["semicolons", 'study;patient-name;subject\n"a;b";"Mouse; 1";M01\n'],
  ["tabs", "study\tpatient-name\tsubject\na;b\tMouse; 1\tM01\n"],
  ["quotes and Windows' line ends", 'study,patient-name,subject\r\n"a;b","Mouse; 1",M01\r\n\r\n'],
])("cells are separated by commas, %s", (_, text) => {
  expect(read(text).find("a;b", "")).toEqual({ patientName: "Mouse; 1", subject: "M01" });
});

test("an empty cell leaves the label to the raw data", () => {
  expect(read("study,subject,session\na,,s1\n").find("a", "")).toEqual({ session: "s1" });
});

test.each([
  ["no column study", "subject,session\na,b\n", 1],
  ['a column "colour"', "study,colour\na,b\n", 1],
  ["3 cells under 2 names", "study,subject\na,b,c\n", 2],
  ["comes twice", "study,subject\na,b\na,c\n", 3],
  ["names no study", "study,subject\n,b\n", 2],
  ["cannot be written", "study,subject\na,M 01/2\n", 2],
])("a table is refused with its line when it has %s", (what, text, line) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: "E-MAPPING" }));
  expect(() => read(text)).toThrow(what);
  expect(() => read(text)).toThrow(`(line ${line})`);
});
