import { describe, expect, test } from "vitest";
import type { Writing } from "#test/phantom/dicom-bytes.ts";
import { classicFolder, refusal } from "./dicom-folder.ts";

const uids: Record<string, string> = {
  "Implicit VR Little Endian": "1.2.840.10008.1.2",
  "Explicit VR Little Endian": "1.2.840.10008.1.2.1",
  "Explicit VR Big Endian": "1.2.840.10008.1.2.2",
};

describe("a transfer syntax that lies is refused by both names", () => {
  test.each([
    ["implicit", "Implicit VR Little Endian", "Explicit VR Little Endian"],
    ["explicit", "Explicit VR Little Endian", "Implicit VR Little Endian"],
    ["explicit", "Explicit VR Little Endian", "Explicit VR Big Endian"],
    ["big endian", "Explicit VR Big Endian", "Explicit VR Little Endian"],
  ] as const)("%s", async (writing: Writing, written, said) => {
    const files = classicFolder(1, { writing, transferSyntaxUID: uids[said]! });
    expect(await refusal(files)).toMatchObject({
      code: "E-BROKEN-DICOM",
      message: expect.stringContaining(`is ${said}, but is written in ${written}.`),
    });
  });
});

test.each(["implicit", "explicit", "big endian"] as const)(
  "a private transfer syntax is named, however its header is written (%s)",
  async (writing) => {
    const files = classicFolder(1, { writing, transferSyntaxUID: "1.2.840.113619.5.2" });
    expect(await refusal(files)).toMatchObject({
      code: "E-TRANSFER-SYNTAX",
      message: expect.stringContaining("1.2.840.113619.5.2"),
    });
  },
);
