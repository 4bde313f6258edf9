import { describe, expect, test } from "vitest";
import { readRtstruct } from "#shared/roi/read-rtstruct.ts";
import { encodeDicom, type FileOptions } from "#test/phantom/dicom-bytes.ts";
import { type RtFile, rtstructElements, writeRtstruct } from "#test/phantom/rtstruct-bytes.ts";
import { codeOf, messageOf } from "./codes.ts";

const square = [1, 2, 9, 5, 2, 9, 5, 7, 9, 1, 7, 9];
const plain: RtFile = {
  characterSet: "ISO_IR 192",
  rois: [
    { number: 3, name: " tumör ", contours: [{ data: square, images: ["1.2.10"], frame: "4" }] },
    { number: 1, name: "", contours: [], colour: "0\\255\\7" },
    { number: 7, name: "no item" },
    { number: 8, name: "no sequence", contours: "none", colour: "300\\0\\0" },
  ],
};
const read = (file: RtFile, options: FileOptions = {}) =>
  readRtstruct("RTSTRUCT/a.dcm", writeRtstruct(file, options));
const contoursOf = (file: RtFile, roi = 0) => {
  const { shape } = read(file).rois[roi]!;
  return shape.form === "contours" ? shape.contours : [];
};
const one = (contour: NonNullable<Exclude<RtFile["rois"][number]["contours"], "none">>[number]) =>
  contoursOf({ rois: [{ number: 1, contours: [contour] }] })[0]!;

describe("RTSTRUCT", () => {
  test.each<[string, FileOptions]>([
    ["explicit", {}],
    ["implicit", { writing: "implicit" }],
    ["implicit without header", { writing: "implicit", header: "none" }],
    ["explicit without preamble", { header: "no preamble" }],
    ["big endian", { writing: "big endian" }],
    ["deflated", { writing: "deflated" }],
    ["delimited", { delimited: true }],
    ["implicit delimited", { writing: "implicit", delimited: true }],
  ])("%s", (_, options) => {
    const collection = read(plain, options);
    expect(collection).toMatchObject({
      kind: "RTSTRUCT",
      path: "RTSTRUCT/a.dcm",
      name: "mouse",
      uid: "1.2.3.8",
      equipment: { manufacturer: "ICR", model: "XNAT-OHIF-VIEWER", version: "" },
      studyInstanceUID: "1.2.3.7",
      frameOfReferenceUID: "1.2.3.9",
      seriesInstanceUIDs: ["1.2.3.5"],
      diagnostics: [],
    });
    const empty = { form: "contours", contours: [] };
    expect(collection.rois).toEqual([
      {
        number: 3,
        name: " tumör",
        uid: "",
        colour: [228, 26, 28],
        shape: {
          form: "contours",
          contours: [
            {
              kind: "closed",
              type: "CLOSED_PLANAR",
              space: "patient",
              points: Float64Array.from(square),
              images: [{ sopInstanceUID: "1.2.10", frameNumber: 4 }],
              exclude: false,
            },
          ],
        },
      },
      { number: 1, name: "", uid: "", colour: [0, 255, 7], shape: empty },
      { number: 7, name: "no item", uid: "", colour: undefined, shape: empty },
      { number: 8, name: "no sequence", uid: "", colour: undefined, shape: empty },
    ]);
  });

  test.each([
    ["CLOSED_PLANAR", "closed"],
    ["closed planar", "closed"],
    ["CLOSEDPLANAR_XOR", "xor"],
    ["CLOSED_PLANAR_XOR", "xor"],
    ["POINT", "point"],
    ["OPEN_PLANAR", "open"],
    ["OPEN_NONPLANAR", "open"],
    ["SPLINE", "unsupported"],
    ["", "unsupported"],
  ])("%s is %s", (type, kind) => {
    expect(one({ type, data: square })).toMatchObject({ kind, type });
  });

  test("a first point repeated at the end is dropped, of an open contour not", () => {
    const closed = [...square, ...square.slice(0, 3)];
    expect(one({ data: closed }).points).toHaveLength(12);
    expect(one({ data: closed, type: "OPEN_PLANAR" }).points).toHaveLength(15);
    expect(one({ data: [1, 2, 3], type: "POINT" }).points).toHaveLength(3);
  });

  test("data of unknown VR longer than an explicit DS can be are read", () => {
    const data = Array.from({ length: 30_000 }, (_, i) => i % 1000);
    for (const vr of ["UN", "OB"] as const) expect(one({ data, vr }).points).toHaveLength(30_000);
  });

  test("images: none, several, several frames", () => {
    expect(one({ data: square, images: [] }).images).toEqual([]);
    expect(one({ data: square, images: ["1.2", "1.3"] }).images).toEqual([
      { sopInstanceUID: "1.2", frameNumber: undefined },
      { sopInstanceUID: "1.3", frameNumber: undefined },
    ]);
    expect(
      one({ data: square, frame: "2\\5\\0" }).images.map(({ frameNumber }) => frameNumber),
    ).toEqual([2, 5, undefined]);
  });

  test("broken coordinates leave out their contour alone", () => {
    const { rois, diagnostics } = read({
      rois: [{ number: 4, name: "kidney", contours: [{ data: square }, { data: "1\\\\2" }] }],
    });
    expect(rois[0]!.shape).toMatchObject({
      contours: [
        { kind: "closed" },
        { kind: "broken", type: "CLOSED_PLANAR", points: new Float64Array(0) },
      ],
    });
    expect(diagnostics).toEqual([
      {
        code: "BROKEN_CONTOUR",
        severity: "error",
        text: 'Contour 2 of ROI 4 "kidney" has an empty value at position 2: the contour is left out.',
        collection: "RTSTRUCT/a.dcm",
        roi: 0,
        contour: 1,
      },
    ]);
  });

  test("contours of a region in two items belong together", () => {
    const strays = [{ number: "1", contours: [{ data: square }] }];
    expect(
      contoursOf({ rois: [{ number: 1, contours: [{ data: square }] }], strays }),
    ).toHaveLength(2);
  });

  test("contours of a number that is not defined are told", () => {
    const strays = [
      { number: "7", contours: [{ data: square }, { data: square }] },
      { number: "", contours: [{ data: square }] },
    ];
    const { diagnostics } = read({ rois: [{ number: 1 }], strays });
    expect(diagnostics.map(({ code, severity, value }) => [code, severity, value])).toEqual([
      ["UNKNOWN_ROI_NUMBER", "error", 7],
      ["UNKNOWN_ROI_NUMBER", "error", undefined],
    ]);
    expect(diagnostics[0]!.text).toContain(
      "2 contours of RTSTRUCT/a.dcm refer to ROI number 7, which",
    );
    expect(diagnostics[1]!.text).toContain("1 contours of RTSTRUCT/a.dcm name no ROI number");
  });

  test("regions keep apart by number: same names are told, same numbers get a new one", () => {
    const { rois, diagnostics } = read({
      rois: [
        { number: 5, name: "cyst", contours: [{ data: square }] },
        { number: 2, name: "cyst" },
        { number: 5, name: "other" },
      ],
    });
    expect(rois.map(({ number }) => number)).toEqual([5, 2, 6]);
    expect(rois.map(({ shape }) => shape.form === "contours" && shape.contours.length)).toEqual([
      1, 0, 0,
    ]);
    expect(diagnostics).toMatchObject([
      { code: "UNKNOWN_ROI_NUMBER", severity: "error", roi: 2 },
      { code: "UNKNOWN_ROI_NUMBER", severity: "warning", roi: 0 },
      { code: "DUPLICATE_NAME" },
    ]);
  });

  test.each([
    ["ISO_IR 100", Buffer.from("tum\xf6r", "latin1"), "tumör", 0],
    ["\\ISO 2022 IR 100", Buffer.from("a\x1b-Atum\xf6r", "latin1"), "atumör", 0],
    ["ISO_IR 192", Buffer.from("tum\xf6r", "latin1"), "tum\ufffdr", 1],
    ["ISO_IR 192", Buffer.from("腎臓"), "腎臓", 0],
    [undefined, Buffer.from("tumör"), "tumör", 1],
  ] as const)("names in %s", (characterSet, name, text, warnings) => {
    const set = characterSet === undefined ? {} : { characterSet };
    const { rois, diagnostics } = read({ ...set, rois: [{ number: 1, name }] });
    expect(rois[0]!.name).toBe(text);
    expect(diagnostics.map(({ code }) => code)).toEqual(Array(warnings).fill("TEXT_ENCODING"));
  });

  test("sequences of unknown VR are read, implicit or explicit", () => {
    for (const writing of ["implicit", "explicit"] as const) {
      const elements = rtstructElements(plain).map((element) => {
        const [tag, vr, value] = element;
        if (tag !== "30060039") return element;
        const inside = Buffer.from(encodeDicom([[tag, vr, value]], { header: "none", writing }));
        return [tag, "UN", inside.subarray(writing === "implicit" ? 8 : 12)] as const;
      });
      const { rois } = readRtstruct("a.dcm", encodeDicom(elements));
      expect(rois[0]!.shape).toMatchObject({ contours: [{ kind: "closed" }] });
    }
  });

  test("a file cut short is refused with the bytes present", () => {
    const bytes = writeRtstruct(plain);
    const cut = bytes.subarray(0, bytes.length - 50);
    expect(codeOf(() => readRtstruct("a.dcm", cut))).toBe("E-TRUNCATED");
    expect(messageOf(() => readRtstruct("a.dcm", cut))).toContain(`(${cut.length} bytes present)`);
  });

  test("a structure set without regions is refused", () => {
    const without = rtstructElements(plain).filter(([tag]) => tag !== "30060020");
    const refusal = () => readRtstruct("a.dcm", encodeDicom(without));
    expect(codeOf(refusal)).toBe("E-NO-ROI");
    expect(messageOf(refusal)).toContain("it has no Structure Set ROI Sequence");
    expect(messageOf(() => read({ rois: [] }))).toContain("Structure Set ROI Sequence is empty");
  });

  test("other files are refused", () => {
    const image = encodeDicom([["00080016", "UI", "1.2.840.10008.5.1.4.1.1.4"]]);
    expect(codeOf(() => readRtstruct("a.dcm", image))).toBe("E-ROI-FILE");
    expect(codeOf(() => readRtstruct("a.dcm", Buffer.alloc(100)))).toBe("E-ROI-FILE");
    expect(codeOf(() => readRtstruct("a.dcm", Buffer.alloc(70e6)))).toBe("E-ROI-SIZE");
  });

  test("a sequence that holds no items is damage", () => {
    const elements = rtstructElements(plain).map((element) =>
      element[0] === "30060039" ? (["30060039", "LT", "no sequence"] as const) : element,
    );
    expect(codeOf(() => readRtstruct("a.dcm", encodeDicom(elements)))).toBe("E-BROKEN-DICOM");
  });

  test("masses of contours and regions are refused", () => {
    const contours = Array.from({ length: 50_001 }, () => ({ data: "", images: [], type: "" }));
    expect(codeOf(() => read({ rois: [{ number: 1, contours }] }, { writing: "implicit" }))).toBe(
      "E-ROI-SIZE",
    );
    const rois = Array.from({ length: 10_001 }, (_, i) => ({ number: i }));
    expect(codeOf(() => read({ rois }, { writing: "implicit" }))).toBe("E-ROI-SIZE");
  });

  test("600,000 points are read in a fraction of a second", () => {
    const data = Array.from({ length: 600 }, (_, i) => Number((Math.sin(i) * 120).toFixed(7)));
    const contours = Array.from({ length: 60 }, () => ({ data, vr: "UN" as const }));
    const rois = Array.from({ length: 50 }, (_, i) => ({ number: i, contours }));
    const bytes = writeRtstruct({ rois });
    const start = process.cpuUsage();
    readRtstruct("a.dcm", bytes);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});
