import { describe, expect, test } from "vitest";
import { memorySource } from "#shared/dicom/byte-source.ts";
import { readLayout } from "#shared/dicom/file-layout.ts";
import { sequenceItems } from "#shared/dicom/sequence-items.ts";
import { type ByteElement, encodeDicom, type FileOptions } from "#test/phantom/dicom-bytes.ts";

const elements: readonly ByteElement[] = [
  ["00080060", "CS", "MR"],
  [
    "30060039",
    "SQ",
    [
      [
        ["30060040", "SQ", [[["30060050", "DS", "1\\2\\3"]], []]],
        ["30060084", "IS", "1"],
      ],
      [],
      [["30060084", "IS", "2"]],
    ],
  ],
];

function tagsOf(options: FileOptions, left = 100): string[][] {
  const {
    source,
    transferSyntax,
    elements: found,
  } = readLayout(memorySource("a.dcm", encodeDicom(elements, options)))!;
  const items = sequenceItems(source, found[1]!, transferSyntax.encoding, { left });
  return [...items].map((item) => [...item.elements.keys()].map((tag) => tag.toString(16)));
}

describe("items of a sequence", () => {
  test.each<FileOptions>([
    {},
    { delimited: true },
    { writing: "implicit" },
    { writing: "implicit", delimited: true },
    { writing: "big endian", delimited: true },
  ])("%j", (options) => {
    expect(tagsOf(options)).toEqual([["30060040", "30060084"], [], ["30060084"]]);
  });

  test("no more is read than the budget allows", () => {
    expect(() => tagsOf({}, 3)).toThrow("the end of what is read");
  });
});
