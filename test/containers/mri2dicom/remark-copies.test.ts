import { describe, expect, test } from "vitest";
import type { Item } from "#containers/mri2dicom/item.ts";
import { remarkCopies } from "#containers/mri2dicom/remark-copies.ts";

const item = (path: string, uid: string, sha256 = path): Item => ({
  ...{ path, study: "s", name: "", status: "converted", code: "", text: "", folder: path },
  conversion: {
    ...{ studyInstanceUID: "2.25.1", frames: 1, groups: [] },
    findings: { remarks: [], sources: {}, missing: [] },
    files: [{ path: `${path}/MRIm001.dcm`, size: 1, sha256 }],
    series: [
      {
        ...{ seriesInstanceUID: uid, seriesNumber: 1, seriesDescription: "", folder: path },
        ...{ images: 1, largestError: 0, unit: "" },
      },
    ],
  },
});

const remarksOf = (items: readonly Item[]) =>
  remarkCopies(items).map(({ conversion }) => conversion?.findings.remarks);

describe("remarkCopies", () => {
  test("says nothing of series with UIDs of their own, and of what has no series", () => {
    const { conversion: _conversion, ...skipped } = item("c", "2.25.2");
    expect(remarksOf([item("a", "2.25.2"), item("b", "2.25.3"), skipped])).toEqual([
      [],
      [],
      undefined,
    ]);
  });

  test("names the first one with the same UID, and whether the files differ", () => {
    const [first, same, other] = remarksOf([
      item("a", "2.25.2", "x"),
      item("b", "2.25.2", "x"),
      item("c", "2.25.2", "y"),
    ]);
    expect(first).toEqual([]);
    expect(same).toEqual([
      { code: "uid-repeated", text: "It has the UIDs of a, of which it is a copy." },
    ]);
    expect(other).toEqual([
      {
        code: "uid-repeated",
        text: "It has the UIDs of a, of which it is a copy with changes: in an archive one would replace the other.",
      },
    ]);
  });
});
