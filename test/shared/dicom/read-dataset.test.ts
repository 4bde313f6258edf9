import { describe, expect, test, vi } from "vitest";
import { memorySource } from "#shared/dicom/byte-source.ts";
import { readLayout } from "#shared/dicom/file-layout.ts";
import { countLibraryNotes } from "#shared/dicom/part10.ts";
import { readDataset } from "#shared/dicom/read-dataset.ts";
import { type ByteElement, encodeDicom, type FileOptions } from "#test/phantom/dicom-bytes.ts";
import { classicImage, enhancedImage } from "#test/phantom/dicom-images.ts";
import { hasPydicom } from "#test/shared/nifti/debian-tools.ts";
import { classicFolder, readContent } from "./dicom-folder.ts";
import { readWithPydicom } from "./dicom-tools.ts";

function read(elements: readonly ByteElement[], options: FileOptions = {}) {
  const layout = readLayout(memorySource("file.dcm", encodeDicom(elements, options)))!;
  return readDataset(layout, () => true);
}

const name: ByteElement = ["00100010", "PN", "Mäuse^Eins"];
const id: ByteElement = ["00100020", "LO", "M1"];
const when: ByteElement = ["00180081", "DS", "12.80"];

/** Value of a sequence element as implicit little endian bytes: what UN holds (PS3.5 6.2.2). */
function implicitValue(element: ByteElement, delimited = false): Uint8Array {
  return encodeDicom([element], { writing: "implicit", header: "none", delimited }).subarray(8);
}

test.skipIf(!hasPydicom)("pydicom reads from the test files what we read", async () => {
  const files = [classicImage(1, 2), enhancedImage(2)].flatMap((elements) => [
    encodeDicom(elements),
    encodeDicom(elements, { writing: "implicit", delimited: true }),
    encodeDicom(elements, { writing: "big endian" }),
  ]);
  const theirs = await readWithPydicom(files);
  files.forEach((bytes, i) => {
    const { dataset, unreadable } = readDataset(
      readLayout(memorySource("file.dcm", bytes))!,
      () => true,
    );
    expect(unreadable).toEqual([]);
    const { "00080005": ours, ...rest } = JSON.parse(JSON.stringify(dataset));
    const { "00080005": their, ...others } = theirs[i]!.json;
    expect(rest).toEqual(others);
    expect(ours).toEqual(their);
  });
});

test("a decimal string is a number, empty or none, and never what is left after cleaning", () => {
  const values = (text: string) => read([["00180081", "DS", text]]).dataset["00180081"]?.Value;
  expect(values("12.80")).toEqual([12.8]);
  expect(values("1.5e2\\ -3 ")).toEqual([150, -3]);
  expect(values("")).toEqual([]);
  expect(values("1\\\\3")).toEqual([1, null, 3]);
  expect(values("12,8")).toEqual([Number.NaN]);
  expect(values("12.8ms")).toEqual([Number.NaN]);
});

test("text inside sequences is in the character set of the file", () => {
  const sequence: ByteElement = ["00620002", "SQ", [[["00620005", "LO", "tumör"]]]];
  for (const delimited of [false, true]) {
    const { dataset } = read([["00080005", "CS", "ISO_IR 192"], sequence], { delimited });
    const item = dataset["00620002"]?.Value?.[0];
    expect(item).toMatchObject({ "00620005": { Value: ["tumör"] } });
  }
});

test("an empty number is no zero", () => {
  const { dataset } = read([
    ["00189087", "FD", []],
    ["00280010", "US", []],
  ]);
  expect(dataset["00189087"]?.Value).toEqual([]);
  expect(dataset["00280010"]?.Value).toEqual([]);
});

test.each(["ISO 2022 IR 6\\ISO 2022 IR 87", "NO_SUCH_SET"])(
  "the character set %s does not keep the rest from being read",
  (characterSet) => {
    const { dataset, unreadable } = read([["00080005", "CS", characterSet], name, id, when]);
    expect(unreadable).toEqual(["00080005"]);
    expect(dataset["00100020"]?.Value).toEqual(["M1"]);
    expect(dataset["00180081"]?.Value).toEqual([12.8]);
  },
);

test("names in UTF-8 keep their letters", () => {
  const { dataset } = read([["00080005", "CS", "ISO_IR 192"], name]);
  expect(dataset["00100010"]?.Value).toEqual([{ Alphabetic: "Mäuse^Eins" }]);
});

describe("a public sequence stored as UN", () => {
  const sequence: ByteElement = [
    "00409096",
    "SQ",
    [
      [
        ["00409224", "FD", 1.5],
        ["00080100", "SH", "x"],
      ],
    ],
  ];
  const whole = implicitValue(sequence, true);

  test.each([
    ["items of defined length", implicitValue(sequence), false],
    ["items of undefined length", whole.subarray(0, whole.length - 8), false],
    ["undefined length itself", whole, true],
  ] as const)("is read as one: %s", (_name, value, open) => {
    const bytes = Buffer.from(
      encodeDicom([id, ["00409096", "UN", value], ["00420010", "ST", "y"]]),
    );
    if (open) bytes.writeUInt32LE(0xffffffff, bytes.indexOf("UN\0\0") + 4);
    const { dataset } = readDataset(readLayout(memorySource("file.dcm", bytes))!, () => true);
    expect(dataset["00409096"]).toEqual({
      vr: "SQ",
      Value: [{ "00080100": { vr: "SH", Value: ["x"] }, "00409224": { vr: "FD", Value: [1.5] } }],
    });
    expect(dataset["00420010"]?.Value).toEqual(["y"]);
  });
});

test("functional groups that an archive made UN still say where the frames are", async () => {
  const elements = enhancedImage(2).map(
    (element): ByteElement =>
      element[0].startsWith("5200") ? [element[0], "UN", implicitValue(element)] : element,
  );
  const series = await readContent({ IM: encodeDicom(elements) });
  expect(series.grid.shape[2]).toBe(2);
  expect(series.axis.values).toEqual([8, 16, 24]);
});

test("a sequence inside a sequence stored as UN is passed over, not misread", () => {
  const inner: ByteElement = ["00081140", "SQ", [[["00081155", "UI", "1.2.3"]]]];
  const { dataset } = read([
    [
      "00082112",
      "SQ",
      [
        [
          ["00081140", "UN", implicitValue(inner)],
          ["00081155", "UI", "1.2.9"],
        ],
      ],
    ],
    when,
  ]);
  expect(dataset["00082112"]?.Value).toMatchObject([
    { "00081140": { vr: "OB" }, "00081155": { vr: "UI", Value: ["1.2.9"] } },
  ]);
});

test("private numbers of implicit files are decoded with our dictionary", async () => {
  const content = classicFolder(1, { writing: "implicit" }, (k, e) =>
    classicImage(k, e, {
      "20050012": ["LO", "Philips MR Imaging DD 001"],
      "2005120E": ["FL", 0.5],
    }),
  );
  expect((await readContent(content)).slope[0]).toBe(2);
});

test("bytes in the middle of a larger buffer are read from their place", () => {
  const file = encodeDicom([id, when]);
  const larger = Buffer.concat([Buffer.alloc(777, 0x44), file, Buffer.alloc(99, 0x55)]);
  const part = larger.subarray(777, 777 + file.length);
  const layout = readLayout(memorySource("file.dcm", part))!;
  expect(readDataset(layout, () => true).dataset["00100020"]?.Value).toEqual(["M1"]);
});

test("what the library has to say is counted, not printed", () => {
  const spies = (["log", "warn", "error", "info"] as const).map((method) =>
    vi.spyOn(console, method).mockImplementation(() => undefined),
  );
  const before = countLibraryNotes();
  // (0028,0106) has a VR that depends on the pixels: the library remarks on it in implicit files.
  read([["00280106", "US", 7]], { writing: "implicit" });
  expect(countLibraryNotes()).toBeGreaterThan(before);
  for (const spy of spies) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});
