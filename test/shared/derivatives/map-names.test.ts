import { expect, test } from "vitest";
import { isAmplitude, nameMap } from "#shared/derivatives/map-names.ts";
import { quantities } from "#shared/dicom/quantity.ts";
import type { ModelParameter } from "#shared/models/signal-model.ts";
import type { Unit } from "#shared/units.ts";

const row = (symbol: string, unit: Unit): ModelParameter => ({
  ...{ symbol, unit, label: symbol, role: "linear", bounds: "", boundsSource: "" },
});
const sheetOf = (name: string, main: string, unit: Unit) => ({
  name,
  parameters: [row(main, unit)],
});
const t2 = sheetOf("mono-exponential-decay", "T2", "ms");
const t2star = sheetOf("mono-exponential-decay", "T2star", "ms");
const t1 = sheetOf("saturation-recovery", "T1", "ms");
const adc = sheetOf("diffusion-decay", "ADC", "mm2/s");
const tensor = sheetOf("diffusion-tensor", "MD", "mm2/s");
const ivim = sheetOf("ivim", "D", "mm2/s");
const kurtosis = sheetOf("diffusion-kurtosis", "D", "mm2/s");

// BIDS 1.10, appendix "Quantitative MRI" and schema of diffusion suffixes: suffixes and units. Codes: PS3.16 annex D.
test.each([
  [t2, "T2", "ms", "T2map", "s", "113065"],
  [t2, "R2", "1/s", "R2map", "1/s", "126394"],
  [t2, "S0", "arbitrary", "M0map", "arbitrary", "110852"],
  [t2star, "T2star", "ms", "T2starmap", "s", "113064"],
  [t2star, "R2star", "1/s", "R2starmap", "1/s", "126395"],
  [t2star, "S0", "arbitrary", "S0map", "arbitrary", "110852"],
  [t1, "T1", "ms", "T1map", "s", "113063"],
  [t1, "R1", "1/s", "R1map", "1/s", "126393"],
  [t1, "M0", "arbitrary", "M0map", "arbitrary", "110852"],
  [adc, "ADC", "mm2/s", "ADC", "mm2/s", "113041"],
  [adc, "S0", "arbitrary", "S0map", "arbitrary", "110852"],
  [tensor, "MD", "mm2/s", "MD", "mm2/s", "113202"],
  [tensor, "FA", "1", "FA", "1", "110808"],
  [tensor, "AD", "mm2/s", "AD", "mm2/s", "113204"],
  [tensor, "RD", "mm2/s", "RD", "mm2/s", "113203"],
  [tensor, "MK", "1", "MK", "1", "113205"],
  [tensor, "AK", "1", "AK", "1", "113208"],
  [tensor, "RK", "1", "RK", "1", "113207"],
  [tensor, "KFA", "1", "KFA", "1", "113209"],
  [ivim, "D", "mm2/s", "Dslow", "mm2/s", "113291"],
  [ivim, "Dstar", "mm2/s", "Dfast", "mm2/s", "113292"],
  [ivim, "f", "1", "perffraction", "1", "113293"],
  [kurtosis, "D", "mm2/s", "Dkurt", "mm2/s", "113294"],
  [kurtosis, "K", "1", "AKC", "1", "113206"],
] as const)(
  "%o: %s in %s is the %s in %s, code %s",
  (sheet, symbol, unit, suffix, fileUnit, code) => {
    const name = nameMap(sheet, { symbol, unit });
    expect(name).toMatchObject({ suffix, fileUnit });
    expect(name.description).toBeUndefined();
    expect(quantities[name.quantity!].code).toMatchObject({ value: code, scheme: "DCM" });
  },
);

test.each(["MO", "L1", "L2", "L3"])("%s has a name but no code", (symbol) => {
  const name = nameMap(tensor, { symbol, unit: symbol === "MO" ? "1" : "mm2/s" });
  expect(name).toMatchObject({ suffix: symbol });
  expect(name.quantity).toBeUndefined();
});

test("what has no word of its own borrows the suffix of the main map, and keeps its unit", () => {
  expect(nameMap(t2, { symbol: "refocusing", unit: "deg" })).toEqual({
    ...{ suffix: "T2map", description: "refocusing", fileUnit: "deg" },
  });
  expect(nameMap(t2star, { symbol: "offset", unit: "arbitrary" })).toMatchObject({
    suffix: "T2starmap",
  });
  expect(nameMap(ivim, { symbol: "fDstar", unit: "mm2/s" })).toEqual({
    ...{ suffix: "Dslow", description: "fDstar", fileUnit: "mm2/s" },
  });
  expect(nameMap(t1, { symbol: "efficiency", unit: "1" })).toMatchObject({
    ...{ suffix: "T1map", description: "efficiency" },
  });
});

test("polarities are labels", () => {
  expect(nameMap(t1, { symbol: "polarity", unit: "1" })).toMatchObject({
    ...{ suffix: "dseg", description: "polarity", labels: true },
  });
});

test("only the size of the signal is an amplitude", () => {
  const amplitudes = [t2, t1, adc].flatMap((sheet) =>
    ["T2", "S0", "M0", "offset"].filter((symbol) =>
      isAmplitude(nameMap(sheet, { symbol, unit: "arbitrary" })),
    ),
  );
  expect(new Set(amplitudes)).toEqual(new Set(["S0", "M0"]));
});

test("a main parameter without a name is a bug", () => {
  const sheet = sheetOf("new", "T7", "ms");
  expect(() => nameMap(sheet, { symbol: "offset", unit: "1" })).toThrow(
    /no file name for maps of T7/,
  );
});
