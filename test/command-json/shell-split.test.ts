import { describe, expect, test } from "vitest";
import { splitCommandLine } from "./shell-split.ts";
import { hasXnatData, readXnatData } from "./xnat-data.ts";

type Case = readonly [line: string, expected: readonly string[]];

const cases = hasXnatData
  ? (readXnatData("own/shell-split-cases.json") as { cases: readonly Case[] }).cases
  : [];

describe.skipIf(!hasXnatData)("the model of the server's splitter", () => {
  test.each(cases.map(([line, expected]) => [line, expected]))("splits %s", (line, expected) => {
    expect(splitCommandLine(line as string)).toEqual(expected);
  });
});
