import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import type { ParameterFile } from "#shared/paravision/parameter-file.ts";
import { parseParameterFile } from "#shared/paravision/parse-parameter-file.ts";
import { parameterFile } from "#test/phantom/paravision-files.ts";

const parse = (text: string | Buffer) =>
  parseParameterFile(Buffer.from(text), "5/acqp") as ParameterFile;
const parameterOf = (body: string) => parameterFile(`##$A=${body}`).get("A");
const valuesOf = (body: string) => parameterOf(body)?.values;

// Forms as ParaVision writes them.
describe("a parameter", () => {
  test.each<[string, string, unknown]>([
    ["one number", "5", [5]],
    ["a negative number with exponent", "-7.25e-07", [-7.25e-7]],
    ["minus zero", "-0", [-0]],
    ["a word", "Yes", ["Yes"]],
    ["a word that begins with a digit", "3D", ["3D"]],
    ["numbers over lines", "( 2, 3 )\n1 2 3 4\n5 6", [1, 2, 3, 4, 5, 6]],
    ["a comment between its lines", "( 2 )\n1\n$$ @vis= A <\n2", [1, 2]],
    ["words", "( 2 )\nOn Off", ["On", "Off"]],
    ["a text with its longest length", "( 65 )\n<a text>", ["a text"]],
    ["texts", "( 2, 65 )\n<a> <b>", ["a", "b"]],
    ["an empty text", "( 65 )\n<>", [""]],
    ["a date of ParaVision 5", "( 21 )\n<11:59:49  5 Nov 2013>", ["11:59:49  5 Nov 2013"]],
    [
      "dates, which have no length",
      "( 2 )\n<2019-12-10> <2019-12-11>",
      ["2019-12-10", "2019-12-11"],
    ],
    [
      "brackets, commas and signs in a text",
      "( 65 )\n<a (b, @3*(c)) #\\<d\\>>",
      ["a (b, @3*(c)) #<d>"],
    ],
    ["a backslash that stands for itself", "( 65 )\n<C:\\data>", ["C:\\data"]],
    ["lines in a text that look like others", "( 65 )\n<a\n##$B=1\n$$ x>", ["a##$B=1$$ x"]],
    ["a text that goes on in the next line", "( 65 )\n<Dir 16 B \n2009>", ["Dir 16 B 2009"]],
    ["a new line in a text", "( 65 )\n<\\\nnote>", ["\nnote"]],
    ["a struct, which looks like a shape", "(0, 1)", [[0, 1]]],
    ["a moment, which looks like a shape", "(1721890932, 254, 120)", [[1721890932, 254, 120]]],
    ["no dependency", "( 1 )\n(<>, 0)", [["", 0]]],
    [
      "structs",
      "( 2 )\n(5, <FG_SLICE>, <>, 0, 2) (35, <FG_DIFFUSION>, <diffusion>, 2, 3)",
      [
        [5, "FG_SLICE", "", 0, 2],
        [35, "FG_DIFFUSION", "diffusion", 2, 3],
      ],
    ],
    [
      "structs in structs, whose members are lists",
      "( 1 )\n(((1 0 0 0 -1 0 0 0 -1, 0 -0 3), 40 40 16.75, <+R;read> <+P;phase>,\n 0), 4, No)",
      [
        [
          [
            [
              [1, 0, 0, 0, -1, 0, 0, 0, -1],
              [0, -0, 3],
            ],
            [40, 40, 16.75],
            ["+R;read", "+P;phase"],
            0,
          ],
          4,
          "No",
        ],
      ],
    ],
    [
      "blanks before a comma",
      "( <MRI_Default> , <MRI Default> )",
      [["MRI_Default", "MRI Default"]],
    ],
    ["repetitions", "( 5 )\n@3*(0.5) 1 2", [0.5, 0.5, 0.5, 1, 2]],
    ["repeated words", "( 3 )\n@3*(On)", ["On", "On", "On"]],
    ["a repetition in a struct", "(<>, 0 100 \n@3*(0), 7)", [["", [0, 100, 0, 0, 0], 7]]],
    [
      "repeated structs",
      "( 2 )\n@2*((1, <a>))",
      [
        [1, "a"],
        [1, "a"],
      ],
    ],
  ])("may be %s", (_, body, expected) => {
    const { problems } = parameterFile(`##$A=${body}`);
    expect(valuesOf(body)).toEqual(expected);
    expect(problems).toEqual([]);
  });

  test.each<[string, string, readonly number[]]>([
    ["none", "5", []],
    ["of numbers", "( 2, 3 )\n1 2 3 4 5 6", [2, 3]],
    ["of texts, without their longest length", "( 2, 65 )\n<a> <b>", [2]],
    ["of one text", "( 65 )\n<a>", []],
    ["of dates", "( 2 )\n<a> <b>", [2]],
  ])("has the shape %s", (_, body, shape) => expect(parameterOf(body)?.shape).toEqual(shape));

  test.each<[string, string, string, number]>([
    ["fewer values than its shape", "( 3 )\n1 2", "2 values, not as many as ( 3 ) says", 4],
    ["more values than its shape", "( 1 )\n1\n2", "more than 1 values", 6],
    ["no value", "", "0 values, not one", 4],
    ["a text without end", "( 65 )\n<a", "a text without its closing >", 5],
    ["a struct without end", "(1, 2", "no closing bracket", 5],
    ["a bracket too many", "( 2 )\n1 2)", 'a ")" that does not belong there', 5],
    ["a comma outside of brackets", "( 2 )\n1, 2", 'a "," that does not belong there', 5],
    ["a repetition of nothing", "( 2 )\n@2*()", "a repetition of nothing", 5],
    ["a repetition that is none", "( 2 )\n@x*(1) 2", 'an "@" that begins no repetition', 5],
    ["a number that no computer holds", "( 2 )\n1 1e999", "a number too large: 1e999", 5],
    ["a control character", "( 2 )\n1 \u0000b", '"\\u0000b', 5],
  ])(
    "with %s is left out and named with its line, and the next one is read",
    (_, body, text, line) => {
      const file = parse(`##TITLE=x\n$$ a\n$$ b\n##$A=${body}\n##$B=7\n##END=`);
      expect(file.get("A")).toBeUndefined();
      expect(file.problems).toEqual([
        { line: expect.any(Number), name: "A", text: expect.stringContaining(text) },
      ]);
      expect(file.problems[0]?.line === line || line === 5).toBe(true);
      expect(file.get("B")?.values).toEqual([7]);
      expect(file.get("A")).toBeUndefined();
      expect(file.problems).toHaveLength(1);
    },
  );

  test("that was cut inside a text does not swallow the next ones", () => {
    const file = parse("##TITLE=x\n##$A=( 65 )\n<cut\n##$B=7\n##$C=( 65 )\n<whole>\n##END=");
    expect([file.get("B")?.values, file.get("C")?.values]).toEqual([[7], ["whole"]]);
    expect(file.get("A")).toBeUndefined();
  });

  test("that stands there twice counts the second time, and is named", () => {
    const file = parameterFile("##$A=1\n##$A=2");
    expect(file.get("A")?.values).toEqual([2]);
    expect(file.names).toEqual(["A"]);
    expect(file.problems).toEqual([{ line: 4, name: "A", text: expect.stringContaining("twice") }]);
  });
});

describe("numbers", () => {
  test("are the nearest doubles of what is written", () => {
    const written = [
      "0.1", "1.7", "98.113207547169812", "0.94339622641509435", "123456789012345", "4.9e-324",
      "0.000000000000001", "1e22", "1e23", "9007199254740993", "-17.888234137060937", ".5", "5.",
      "+3", "0.30000000000000004", "2.2250738585072011e-308", "1234567.12345678",
    ]; // biome-ignore format: a list
    expect(valuesOf(`( ${written.length} )\n${written.join("\n")}`)).toEqual(written.map(Number));
  });
});

describe("a parameter file", () => {
  const text =
    "##TITLE=Parameter List, ParaVision 6.0.1\n##JCAMPDX=4.24\n##ORIGIN=Bruker BioSpin MRI GmbH\n" +
    "##OWNER=nmr\n$$ 2015-09-25 nmr@host\n##$A=1\n##$B=( 2 )\n1 2\n##END=\n$$ File finished\n##$C=3\n";

  test("has labels, and its parameters in their order", () => {
    const file = parse(text);
    expect(file.path).toBe("5/acqp");
    expect(Object.fromEntries(file.labels)).toEqual({
      TITLE: "Parameter List, ParaVision 6.0.1",
      JCAMPDX: "4.24",
      ORIGIN: "Bruker BioSpin MRI GmbH",
      OWNER: "nmr",
    });
    expect(file.names).toEqual(["A", "B"]);
  });

  test("ends at ##END=; one that lost its last lines is not complete", () => {
    expect(parse(text).complete).toBe(true);
    expect(parse(text).get("C")).toBeUndefined();
    const cut = parse(text.slice(0, text.indexOf("##END=") - 1));
    expect(cut.complete).toBe(false);
    expect(cut.get("B")?.values).toEqual([1, 2]);
  });

  test("may have line ends of Windows", () => {
    const file = parse(text.replaceAll("\n", "\r\n"));
    expect(file.get("B")?.values).toEqual([1, 2]);
    expect(file.labels.get("OWNER")).toBe("nmr");
  });

  test("is Latin-1 when it is no UTF-8, and UTF-8 when it is", () => {
    const body = "##TITLE=Parameter List\n##$A=( 65 )\n<µm²>\n##END=";
    expect(parse(Buffer.from(body, "latin1")).get("A")?.values).toEqual(["µm²"]);
    expect(parse(Buffer.from(body)).get("A")?.values).toEqual(["µm²"]);
  });

  test("of ParaVision 360 stays UTF-8 where a character is broken", () => {
    const body =
      "##TITLE=Parameter List, ParaVision 360 V3.6\n##$A=( 65 )\n<µm>\n##$B=( 65 )\n<X>\n";
    const bytes = Buffer.from(body);
    bytes[bytes.indexOf("X")] = 0xb2;
    expect(parse(bytes).get("A")?.values).toEqual(["µm"]);
    expect(parse(bytes).get("B")?.values).toEqual(["\ufffd"]);
  });

  test.each([
    ["something else", "#!/bin/sh\n##$A=1"],
    ["empty", ""],
    ["no text", "\u0000\u0001\u0002"],
  ])("that is %s is refused with its path", (_, content) => {
    expect(parse(content)).toEqual({
      skip: "parse-error",
      text: expect.stringContaining("5/acqp, line 1"),
    });
  });

  test("may begin with comments", () => {
    expect(parse("$$ a comment\n##TITLE=x\n##$A=1").get("A")?.values).toEqual([1]);
  });

  test("larger than any is refused", () => {
    expect(parse(Buffer.alloc(65 * 2 ** 20))).toMatchObject({ skip: "too-large" });
  });
});

describe("a hostile file", () => {
  test.each([
    ["a huge shape", "( 99999999999, 99999999999 )\n1"],
    ["a huge repetition", "( 2 )\n@999999999*(0)"],
    ["a huge repetition that fits", "( 999999999 )\n@999999999*(0)"],
    ["repetitions of repetitions", `( 9 )\n${"(@4000000*(0)) ".repeat(9)}`],
    ["repetitions in repetitions", `( 9 )\n@9999*(@9999*(@9999*(0)))`],
    ["deep structs", `( 1 )\n${"(".repeat(100_000)}`],
    ["deep repetitions", `( 1 )\n${"@2*(".repeat(50_000)}`],
    ["many brackets", ")".repeat(100_000)],
    ["texts that do not end", "<".repeat(1_000_000)],
    ["backslashes", `<${"\\>".repeat(1_000_000)}`],
  ])("with %s is read quickly and believed in nothing", (_, body) => {
    const memory = process.memoryUsage().rss;
    const start = performance.now();
    expect(valuesOf(body)).toBeUndefined();
    expect(process.memoryUsage().rss - memory).toBeLessThan(300 * 2 ** 20);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test.each([
    ["heads without names", "##\n".repeat(1_000_000)],
    ["parameters", Array.from({ length: 300_000 }, (_, n) => `##$A${n}=1\n`).join("")],
    ["texts that do not end", "##$A=<\n".repeat(300_000)],
    [
      "repetitions",
      Array.from({ length: 1000 }, (_, n) => `##$A${n}=( 3999999 )\n@3999999*(1)\n`).join(""),
    ],
  ])("of many %s holds no more than a bound", (_, body) => {
    const start = performance.now();
    const file = parameterFile(body);
    let values = 0;
    for (const name of file.names) values += file.get(name)?.values.length ?? 0;
    expect(values).toBeLessThanOrEqual(16_000_000);
    expect(file.problems.length).toBeLessThanOrEqual(1101);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
