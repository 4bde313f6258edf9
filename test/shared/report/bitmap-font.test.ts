import { expect, test } from "vitest";
import { readGlyph } from "#shared/report/bitmap-font.ts";

const draw = (character: string) =>
  readGlyph(character).map((bits) =>
    bits.toString(2).padStart(5, "0").replaceAll("0", ".").replaceAll("1", "#"),
  );

test("a letter looks like itself, a descender goes below the line", () => {
  expect(draw("R")).toEqual([
    "####.",
    "#...#",
    "#...#",
    "####.",
    "#.#..",
    "#..#.",
    "#...#",
    ".....",
    ".....",
  ]);
  expect(draw("g")[8]).toBe(".###.");
});

test("all printable ASCII characters and our units are drawn, each in its own way", () => {
  const ascii = Array.from({ length: 94 }, (_, n) => String.fromCharCode(33 + n));
  const unknown = draw("核").join();
  const shapes = [...ascii, ..."µ²³±₀₁₂°"].map((character) => draw(character).join());
  expect(shapes).not.toContain(unknown);
  expect(new Set(shapes).size).toBe(shapes.length);
});

test("names of objects are characters like any other", () => {
  expect(draw("constructor")).toEqual(draw("核"));
});
