import { expect, test } from "vitest";
import { readJson } from "#command-json/read-json.ts";

test.each([
  ['/* a */ {"a": 1} // b', { a: 1 }],
  ["{'a': 'it\\'s \"so\"'}", { a: 'it\'s "so"' }],
  ['{"a": "// no comment", \'b\': "it\'s"}', { a: "// no comment", b: "it's" }],
])("%s is read with a warning", (text, value) => {
  const { value: found, issues } = readJson(text);
  expect(found).toEqual(value);
  expect(issues.map(({ id }) => id)).toEqual(["W20"]);
});

test("plain JSON, also after a byte order mark, has no issue", () => {
  expect(readJson('\uFEFF{"a": "it\'s"}')).toEqual({ value: { a: "it's" }, issues: [] });
});

test.each(["", "{", "{a: 1}", "[1,]", "'"])("%j is refused", (text) => {
  expect(() => readJson(text)).toThrow(SyntaxError);
});
