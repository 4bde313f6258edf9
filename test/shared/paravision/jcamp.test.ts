import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JcampFile, numbersOf, parseJcamp, textOf } from "#shared/paravision/jcamp.ts";

const names = new Set(["A", "B", "C"]);
const parse = (body: string): JcampFile =>
  parseJcamp(`##TITLE=Parameter List, ParaVision 6.0.1\n##JCAMPDX=4.24\n${body}\n##END=`, names)!;
const valuesOf = (body: string) => parse(`##$A=${body}`).get("A")?.values;

// Forms as ParaVision writes them (bruker.md 2).
describe("a parameter", () => {
  test.each<[string, string, unknown]>([
    ["one number", "5", [5]],
    ["a negative number with exponent", "-7.25e-07", [-7.25e-7]],
    ["a word", "Yes", ["Yes"]],
    ["numbers over lines", "( 2, 3 )\n1 2 3 4\n5 6", [1, 2, 3, 4, 5, 6]],
    ["a comment between its lines", "( 2 )\n1\n$$ @vis= A\n2", [1, 2]],
    ["words", "( 2 )\nOn Off", ["On", "Off"]],
    ["a text with its longest length", "( 65 )\n<a text>", ["a text"]],
    ["texts", "( 2, 65 )\n<a> <b>", ["a", "b"]],
    ["an empty text", "( 65 )\n<>", [""]],
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
    ["a text that goes on in the next line", "( 65 )\n<Dir 16 B \n2009>", ["Dir 16 B 2009"]],
    ["a new line in a text", "( 65 )\n<\\\nnote>", ["\nnote"]],
    ["a struct, which looks like a shape", "(0, 1)", [[0, 1]]],
    [
      "structs",
      "( 2 )\n(5, <FG_SLICE>, <>, 0, 2) (35, <FG_DIFFUSION>, <diffusion>, 2, 3)",
      [
        [5, "FG_SLICE", "", 0, 2],
        [35, "FG_DIFFUSION", "diffusion", 2, 3],
      ],
    ],
    ["structs in structs", "((1 0 0, 2), <x>, 0)", [[[1, 0, 0, 2], "x", 0]]],
    [
      "blanks before a comma",
      "( <MRI_Default> , <MRI Default> )",
      [["MRI_Default", "MRI Default"]],
    ],
    ["repetitions", "( 5 )\n@3*(0.5) 1 2", [0.5, 0.5, 0.5, 1, 2]],
    ["repeated words", "( 3 )\n@3*(On)", ["On", "On", "On"]],
    [
      "repeated structs",
      "( 2 )\n@2*((1, <a>))",
      [
        [1, "a"],
        [1, "a"],
      ],
    ],
  ])("may be %s", (_, body, expected) => {
    expect(valuesOf(body)).toEqual(expected);
  });

  test.each([
    ["fewer values than its shape", "( 3 )\n1 2"],
    ["more values than its shape", "( 1 )\n1 2"],
    ["a text without end", "( 65 )\n<a"],
    ["a struct without end", "(1, 2"],
    ["a bracket too many", "( 2 )\n1 2)"],
    ["a repetition of nothing", "( 2 )\n@2*()"],
    ["a repetition that is none", "( 2 )\n@x*(1) 2"],
  ])("with %s is left out, and the next one is read", (_, body) => {
    const file = parse(`##$A=${body}\n##$B=7`);
    expect(file.has("A")).toBe(false);
    expect(numbersOf(file, "B")).toEqual([7]);
  });

  test("that nobody asked for is passed over", () => {
    expect([...parse("##$Other=( 65 )\n<##$A=1>\n##$B=2").keys()]).toEqual(["B"]);
  });

  test("after the end of the file does not count", () => {
    expect(parse("##$A=1\n##END=\n$$ File finished by PARX").get("A")?.values).toEqual([1]);
  });

  test("of other kinds is no number and no text", () => {
    const file = parse("##$A=( 2 )\n1 x\n##$B=5");
    expect(numbersOf(file, "A")).toBeUndefined();
    expect(textOf(file, "B")).toBe("");
  });
});

describe("a hostile file", () => {
  test.each([
    ["a huge shape", "( 99999999999, 99999999999 )\n1"],
    ["a huge repetition", "( 2 )\n@999999999*(0)"],
    ["repetitions of repetitions", `( 9 )\n${"(@4000000*(0)) ".repeat(9)}`],
    ["deep structs", `( 1 )\n${"(".repeat(100_000)}`],
    ["deep repetitions", `( 1 )\n${"@2*(".repeat(50_000)}`],
    ["many brackets", ")".repeat(100_000)],
  ])("with %s is read quickly and believed in nothing", (_, body) => {
    const start = process.memoryUsage().rss;
    expect(valuesOf(body)).toBeUndefined();
    expect(process.memoryUsage().rss - start).toBeLessThan(300 * 2 ** 20);
  });

  test("that is something else is no parameter file", () => {
    expect(parseJcamp("#!/bin/sh\n##$A=1", names)).toBeUndefined();
    expect(parseJcamp("", names)).toBeUndefined();
  });

  test("of any characters never throws", () => {
    const signs = fc.constantFrom(..."()<>@*,\\ \n#$=019.-eA".split(""));
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 200 }), (text) => {
        expect(parse(`##$A=${text.join("")}`)).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });
});
