import { describe, expect, test } from "vitest";
import {
  numberOf,
  numbersOf,
  structsOf,
  textOf,
  textsOf,
  wordOf,
  wordsOf,
} from "#shared/paravision/jcamp.ts";
import { parameterFile } from "#test/phantom/paravision-files.ts";

const file = parameterFile(`##$Single=5
##$Array=( 1 )
7
##$Numbers=( 2 )
1 2
##$Text=( 65 )
<a text>
##$Texts=( 2, 65 )
<a> <b>
##$Mixed=( 2 )
1 x
##$Word=Yes
##$Words=( 2 )
On Off
##$Spaced=<Bruker:FLASH>
##$Pair=( <MRI_Default> , <MRI Default> )
##$Struct=(0, 1)
##$Structs=( 2 )
(1, <a>) (2, <b>)`);

describe("the values of a parameter", () => {
  test("are numbers when all of them are", () => {
    expect(numbersOf(file, "Numbers")).toEqual([1, 2]);
    expect(numbersOf(file, "Single")).toEqual([5]);
    for (const name of ["Mixed", "Word", "Struct", "Missing"]) {
      expect(numbersOf(file, name)).toBeUndefined();
    }
  });

  test("are one number when there is one, in an array of one too", () => {
    expect([numberOf(file, "Single"), numberOf(file, "Array")]).toEqual([5, 7]);
    for (const name of ["Numbers", "Word", "Missing"]) {
      expect(numberOf(file, name)).toBeUndefined();
    }
  });

  test("are texts, empty where there is none", () => {
    expect([textOf(file, "Text"), textOf(file, "Single"), textOf(file, "Missing")]).toEqual([
      "a text",
      "",
      "",
    ]);
    expect([textOf(file, "Pair"), textOf(file, "Struct")]).toEqual(["MRI_Default", ""]);
    expect(textsOf(file, "Texts")).toEqual(["a", "b"]);
    expect(textsOf(file, "Mixed")).toBeUndefined();
  });

  test("are words in each of their forms", () => {
    const names = ["Word", "Spaced", "Pair", "Words", "Single", "Missing"];
    expect(names.map((name) => wordOf(file, name))).toEqual([
      "Yes",
      "FLASH",
      "MRI_Default",
      "On",
      "",
      "",
    ]);
    expect(wordsOf(file, "Words")).toEqual(["On", "Off"]);
    expect(wordsOf(file, "Mixed")).toBeUndefined();
  });

  test("are structs, a single one too", () => {
    expect(structsOf(file, "Struct")).toEqual([[0, 1]]);
    expect(structsOf(file, "Structs")).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    expect(structsOf(file, "Numbers")).toBeUndefined();
  });

  test("of a file that is not there are not there", () => {
    expect([numbersOf(undefined, "A"), textOf(undefined, "A")]).toEqual([undefined, ""]);
  });
});
