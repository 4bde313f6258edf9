import type { Unit } from "#shared/units.ts";
import { drawLabels, drawRefocusingAngles } from "./anatomy.ts";
import type { ScanPlan } from "./scan-plan.ts";
import { recoveredSignal } from "./signals.ts";
import { type Simulation, storedPerSignal } from "./simulate-scan.ts";
import { type Tissue, tissues } from "./tissue-table.ts";
import {
  countLabels,
  encodeLabels,
  encodeMap,
  json,
  paintMap,
  type TruthFile,
} from "./truth-files.ts";

interface TruthMap {
  readonly name: string;
  readonly unit: Unit;
  readonly about: string;
  readonly value: (tissue: Tissue) => number;
}

/** Maps in the units of BIDS: seconds, mm²/s, arbitrary. */
function truthMaps(plan: ScanPlan): readonly TruthMap[] {
  const repetitionTimeMs = plan.contrasts[0]!.repetitionTimeMs;
  return [
    { name: "T1map", unit: "s", about: "T1", value: (tissue) => tissue.t1Ms / 1000 },
    { name: "T2map", unit: "s", about: "T2", value: (tissue) => tissue.t2Ms / 1000 },
    { name: "T2starmap", unit: "s", about: "T2*", value: (tissue) => tissue.t2StarMs / 1000 },
    { name: "ADC", unit: "mm2/s", about: "ADC", value: (tissue) => tissue.adc },
    {
      name: "S0map",
      unit: "arbitrary",
      about: `signal of scan ${plan.number} at TE 0, in stored units`,
      value: (tissue) => recoveredSignal(tissue, repetitionTimeMs) * storedPerSignal,
    },
  ];
}

/**
 * The true values of the T2 scan's voxels: NIfTI maps with sidecars, labels with their table, truth.json.
 *
 * Air has no values: NaN in the maps, 0 in the labels.
 *
 * @param plan - the scan whose grid and repetition time count
 */
export function encodeTruth(plan: ScanPlan, simulation: Simulation): readonly TruthFile[] {
  const labels = drawLabels(plan.grid);
  const maps = truthMaps(plan).flatMap(({ name, unit, about, value }) => {
    return encodeMap(plan.grid, name, paintMap(labels, value), unit, about);
  });
  const angles = simulation.stimulatedEchoes
    ? encodeMap(
        plan.grid,
        "refocusingangle",
        drawRefocusingAngles(plan.grid),
        "deg",
        "effective refocusing angle",
      )
    : [];
  return [
    ...maps,
    ...angles,
    ...encodeLabels(plan.grid, labels),
    { fileName: "truth.json", content: describeTruth(plan, simulation, labels) },
  ];
}

function describeTruth(plan: ScanPlan, simulation: Simulation, labels: Uint8Array): string {
  const counts = countLabels(labels);
  const { sigma, seed, stimulatedEchoes } = simulation;
  return json({
    description: "True values of the digital mouse, on the voxels of the T2 scan",
    units: {
      T1: "ms",
      T2: "ms",
      T2star: "ms",
      ADC: "mm2/s",
      S0: "stored value",
      sigma: "stored value",
    },
    seed,
    stimulatedEchoes,
    sigma: sigma * storedPerSignal,
    t2Scan: plan.number,
    regions: tissues.map((tissue) => ({
      label: tissue.label,
      name: tissue.name,
      T1: tissue.t1Ms,
      T2: tissue.t2Ms,
      T2star: tissue.t2StarMs,
      ADC: tissue.adc,
      S0: recoveredSignal(tissue, plan.contrasts[0]!.repetitionTimeMs) * storedPerSignal,
      voxels: counts[tissue.label],
      source: tissue.source,
    })),
  });
}
