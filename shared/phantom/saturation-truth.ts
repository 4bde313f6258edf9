import { saturationTrain } from "./cest-plan.ts";
import { fieldTesla, protonMegahertzPerTesla } from "./encode-scan.ts";
import { saturatedFraction, saturationPools } from "./saturation-pools.ts";
import type { ScanPlan } from "./scan-plan.ts";
import { type Tissue, tissues } from "./tissue-table.ts";
import type { TrueQuantity } from "./true-quantities.ts";
import { json, type TruthFile } from "./truth-files.ts";

/** Offsets at which one side of the spectrum is set against the other: amide, amine and hydroxyl protons. */
const asymmetryOffsetsPpm = [3.5, 2, 1.2];

/** MTR asymmetry of a tissue: Z at the offset below water less Z at that above it. */
export function listAsymmetries(): readonly TrueQuantity[] {
  return asymmetryOffsetsPpm.map((ppm) => ({
    symbol: `MTRasym${ppm}`,
    map: `MTRasym${String(ppm).replace(".", "p")}ppm`,
    unit: "1",
    about: `MTR asymmetry at ${ppm} ppm, Z(-${ppm}) - Z(${ppm})`,
    value: (tissue: Tissue) => saturatedFraction(tissue, -ppm) - saturatedFraction(tissue, ppm),
  }));
}

/** The Z-spectrum of each tissue at the offsets of the scan, and the pools it is made of; no file for other scans. */
export function encodeSaturationTruth({ contrasts }: ScanPlan): readonly TruthFile[] {
  if (contrasts[0]?.saturationOffsetPpm === undefined) return [];
  const { offsetsPpm, repetitions, ...train } = saturationTrain;
  const frequencyMegahertz = fieldTesla * protonMegahertzPerTesla;
  const content = json({
    description:
      "Offsets of the CEST scan in the order of its images, and the true Z-spectrum there",
    train,
    repetitions,
    frequencyMHz: frequencyMegahertz,
    offsetsPpm,
    offsetsHz: offsetsPpm.map((ppm) => ppm * frequencyMegahertz),
    regions: tissues.map((tissue) => ({
      label: tissue.label,
      name: tissue.name,
      pools: saturationPools(tissue),
      Z: offsetsPpm.map((ppm) => saturatedFraction(tissue, ppm)),
    })),
  });
  return [{ fileName: "zspectrum.json", content }];
}
