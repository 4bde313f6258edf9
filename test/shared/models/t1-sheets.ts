import { expect } from "vitest";
import type { ModelSheet } from "#shared/models/signal-model.ts";

/** Asserts that a data sheet has all that pages, sidecars and reports show, with well-formed MathML. */
export function expectCompleteSheet(sheet: ModelSheet, name: string, keyword: string): void {
  expect(sheet.name).toBe(name);
  expect(sheet.abscissa.keyword).toBe(keyword);
  for (const text of [sheet.label, sheet.equation, sheet.mathml]) expect(text).not.toBe("");
  for (const list of [sheet.assumptions, sheet.whenNotToUse, sheet.references]) {
    expect(list.length).toBeGreaterThan(1);
  }
  expect(sheet.parameters.slice(0, 3).map(({ symbol }) => symbol)).toEqual(["T1", "R1", "M0"]);
  for (const { bounds, boundsSource, label } of sheet.parameters) {
    for (const text of [bounds, boundsSource, label]) expect(text).not.toBe("");
  }
  const open: string[] = [];
  for (const [, slash, tag] of sheet.mathml.matchAll(/<(\/?)(\w+)>/g)) {
    if (slash === "") open.push(tag!);
    else expect(open.pop()).toBe(tag);
  }
  expect(open).toEqual([]);
}
