import { expect, test } from "vitest";
import { dialects } from "#shared/phantom/paravision/dialect.ts";
import { encodeParameters } from "#shared/phantom/paravision/encode-parameters.ts";
import {
  list,
  numbers,
  type Parameters,
  single,
  struct,
  structOf,
  structs,
  text,
  texts,
  word,
  words,
} from "#shared/phantom/paravision/parameter.ts";

const frame = { owner: "nmrsu", written: "2026-01-05T10:00:00,000+0100", place: "/opt/study" };

/** What stands between a parameter's name and the next one. */
function writtenValue(parameters: Parameters, version: keyof typeof dialects = "360.3.6"): string {
  const bytes = encodeParameters({ ...parameters, Next: single(1) }, dialects[version], frame);
  const content = Buffer.from(bytes).toString(dialects[version].encoding);
  const name = Object.keys(parameters)[0];
  return content.split(`##$${name}=`)[1]!.split("\n##$Next=")[0]!;
}

// The expected texts are lines of ParaVision's own files: T2map_MSME of 360.3.6, a localizer of 6.0.1.

test("numbers wrap before column 78 and leave their blank at the end of the line", () => {
  const orientation = [-0.99939082701909576, 0, -0.034899496702500969, 0, -1, 0];
  const row = [...orientation, -0.034899496702500969, 0, 0.99939082701909576];
  expect(writtenValue({ VisuCoreOrientation: numbers([...row, ...row], [2, 9]) })).toBe(
    `( 2, 9 )
-0.99939082701909576 0 -0.034899496702500969 0 -1 0 -0.034899496702500969 0 
0.99939082701909576 -0.99939082701909576 0 -0.034899496702500969 0 -1 0 
-0.034899496702500969 0 0.99939082701909576`,
  );
});

test("texts wrap at their blanks as well", () => {
  const comments = ["Signal Intensity", "σ of Signal Intensity", "T2 Relaxation Time"];
  const all = [...comments, "σ of T2 Relaxation Time", "Fit χ²", "Fit Valid"];
  expect(writtenValue({ VisuFGElemComment: texts(all) })).toBe(
    `( 6, 65 )
<Signal Intensity> <σ of Signal Intensity> <T2 Relaxation Time> <σ of T2 
Relaxation Time> <Fit χ²> <Fit Valid>`,
  );
});

test("repetitions are counted in ParaVision 360 from eleven on, and written out before", () => {
  const zeros = (count: number) => numbers(Array.from({ length: count }, () => 0));
  expect(writtenValue({ VisuCoreDataOffs: zeros(55) })).toBe("( 55 )\n@55*(0)");
  expect(writtenValue({ PVM_DynamicShim: zeros(10) })).toBe("( 10 )\n0 0 0 0 0 0 0 0 0 0");
  expect(writtenValue({ VisuCoreDataOffs: zeros(12) }, "6.0.1")).toBe(
    "( 12 )\n0 0 0 0 0 0 0 0 0 0 0 0",
  );
  expect(writtenValue({ PVM_EncActReceivers: words(Array.from({ length: 12 }, () => "On")) })).toBe(
    "( 12 )\n@12*(On)",
  );
});

test("shapes have blanks, structs have none", () => {
  expect(writtenValue({ VisuCoreSlicePacksDef: struct([0, 3]) })).toBe("(0, 3)");
  expect(
    writtenValue({
      VisuFGOrderDesc: structs([
        [11, "FG_ECHO", "", 0, 1],
        [5, "FG_SLICE", "", 1, 2],
      ]),
    }),
  ).toBe("( 2 )\n(11, <FG_ECHO>, <>, 0, 1) (5, <FG_SLICE>, <>, 1, 2)");
  const cuboid = structOf([structOf([list([1, 0, 0]), list([0, 0, -1.5])]), word("No")]);
  expect(writtenValue({ PVM_SliceGeo: { kind: "array", shape: [1], items: [cuboid] } })).toBe(
    "( 1 )\n((1 0 0, 0 0 -1.5), No)",
  );
});

test("brackets and line breaks inside a text have a backslash before them", () => {
  expect(writtenValue({ VisuStudyDescription: text("\nwith <b>", 2048) })).toBe(
    "( 2048 )\n<\\\nwith \\<b\\>>",
  );
});

test("letters beyond ASCII are latin-1 before ParaVision 360 and UTF-8 from then on", () => {
  const bytes = (version: keyof typeof dialects) =>
    Buffer.from(encodeParameters({ Name: text("é") }, dialects[version], frame));
  expect(bytes("6.0.1").includes(Buffer.from([0x3c, 0xe9, 0x3e]))).toBe(true);
  expect(bytes("360.3.6").includes(Buffer.from([0x3c, 0xc3, 0xa9, 0x3e]))).toBe(true);
});

test("a comment follows the end from ParaVision 6 on", () => {
  const lastLine = (version: keyof typeof dialects) =>
    Buffer.from(encodeParameters({}, dialects[version], frame))
      .toString()
      .trimEnd()
      .split("\n")
      .at(-1);
  expect(lastLine("5.1")).toBe("##END=");
  expect(lastLine("6.0.1")).toMatch(/^\$\$ File finished by PARX at 2026/);
});
