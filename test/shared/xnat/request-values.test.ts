import { expect, test } from "vitest";
import { jsonBody, requireLabel, requirePlainValue } from "#shared/xnat/request-values.ts";
import { bytesOf } from "./fake-connection.ts";

test("O5: labels are short, plain and no accession numbers", () => {
  for (const label of ["M01", "M01_pre-MR", "a", "9", "a".repeat(64)]) {
    expect(requireLabel(label, "subject")).toBe(label);
  }
  for (const label of [
    "",
    "-a",
    "a b",
    "a/b",
    "a.b",
    "ä",
    "XNAT_S00001",
    "xnat_e7",
    "all",
    "ALL",
    "a".repeat(65),
  ]) {
    expect(() => requireLabel(label, "subject")).toThrow(
      /E-LABEL|cannot be the label of a subject/,
    );
  }
});

test("values that the server would change are refused", () => {
  expect(requirePlainValue("10 mg/kg; 50% (low)", "dose")).toBe("10 mg/kg; 50% (low)");
  for (const value of ["a & b", "<5", ">5", 'a"b', "a'b", "a\nb"]) {
    expect(() => requirePlainValue(value, "dose")).toThrow(/The dose/);
  }
});

test("a JSON body knows its length in bytes and opens again", async () => {
  const body = jsonBody({ name: "Zürich" });
  expect(body.length).toBe(Buffer.byteLength('{"name":"Zürich"}'));
  expect(await bytesOf(body)).toBe(await bytesOf(body));
});
