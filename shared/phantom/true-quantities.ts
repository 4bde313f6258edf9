import type { Unit } from "#shared/units.ts";
import {
  diffusionEigenvalues,
  fractionalAnisotropy,
  kurtosisMetrics,
} from "./diffusion-metrics.ts";
import { listAsymmetries } from "./saturation-truth.ts";
import type { ScanPlan } from "./scan-plan.ts";
import { type Contrast, inversionEfficiency, spinEchoSignal } from "./signals.ts";
import { storedPerSignal } from "./simulate-scan.ts";
import { diffusionOf } from "./tissue-diffusion-table.ts";
import type { Tissue } from "./tissue-table.ts";

/** A quantity of the truth: a value in truth.json and a map under the name our programs give theirs. */
export interface TrueQuantity {
  /** Key in truth.json. */
  readonly symbol: string;
  /** Name of the map's file, without extension. */
  readonly map: string;
  /** In truth.json. */
  readonly unit: Unit;
  /** In the map, where it differs: BIDS wants seconds. */
  readonly fileUnit?: Unit;
  readonly about: string;
  /** In `unit`; NaN where the tissue has no such value. */
  readonly value: (tissue: Tissue) => number;
}

/** What is true of a scan on the coarse slices. */
export interface ScanTruth {
  /** The noise-free signal, as plain text. */
  readonly equation: string;
  /** Constants of the scan that are the same everywhere. */
  readonly constants?: Readonly<Record<string, number>>;
  readonly quantities: readonly TrueQuantity[];
}

const t1: TrueQuantity = {
  symbol: "T1",
  map: "T1map",
  unit: "ms",
  fileUnit: "s",
  about: "T1",
  value: (tissue) => tissue.t1Ms,
};

const meanDiffusivity: TrueQuantity = {
  symbol: "MD",
  map: "MD",
  unit: "mm2/s",
  about: "mean diffusivity",
  value: (tissue) => tissue.adc,
};

const anisotropy: readonly TrueQuantity[] = [
  {
    symbol: "FA",
    map: "FA",
    unit: "1",
    about: "fractional anisotropy",
    value: (tissue) => fractionalAnisotropy(diffusionOf(tissue).shares),
  },
  {
    symbol: "AD",
    map: "AD",
    unit: "mm2/s",
    about: "axial diffusivity",
    value: (tissue) => diffusionEigenvalues(tissue)[0],
  },
  {
    symbol: "RD",
    map: "RD",
    unit: "mm2/s",
    about: "radial diffusivity",
    value: (tissue) => (diffusionEigenvalues(tissue)[1] + diffusionEigenvalues(tissue)[2]) / 2,
  },
];

/**
 * The signal equation of a scan on the coarse slices, and what is true in it; undefined for other scans, which share
 * the truth of the T2 scan.
 */
export function describeScanTruth(plan: ScanPlan): ScanTruth | undefined {
  const [contrast] = plan.contrasts;
  if (contrast === undefined) throw new Error(`scan ${plan.number} has no images`);
  const { echoTimeMs } = contrast;
  const unweighted: TrueQuantity = {
    symbol: "S0",
    map: "S0map",
    unit: "arbitrary",
    about: "signal at b 0, in stored units",
    value: (tissue) => spinEchoSignal(tissue, { ...contrast, bValue: 0 }) * storedPerSignal,
  };
  const equilibrium = (time: (tissue: Tissue) => number, decay: string): TrueQuantity => ({
    symbol: "M0",
    map: "M0map",
    unit: "arbitrary",
    about: `M0 with its decay until the echo, M0 exp(-TE/${decay}), in stored units`,
    value: (tissue) => tissue.m0 * Math.exp(-echoTimeMs / time(tissue)) * storedPerSignal,
  });
  if (contrast.inversionTimeMs !== undefined) {
    return {
      equation: "S = |M0 (1 - 2 e exp(-TI/T1) + (2 e - 1) exp(-TR/T1))|",
      constants: { inversionEfficiency },
      quantities: [t1, equilibrium((tissue) => tissue.t2Ms, "T2")],
    };
  }
  if (contrast.saturationOffsetPpm !== undefined) {
    return {
      equation:
        "S = S0 Z, Z = product_i (1 - d_i / (1 + (2 (x - x_i) / w_i)^2)), x the offset in ppm",
      quantities: [...listAsymmetries(), unsaturated(contrast)],
    };
  }
  if (plan.transmitField) {
    return {
      equation: "S = M0 sin(a) (1 - E) / (1 - E cos(a)), E = exp(-TR/T1), a = B1 x flip angle",
      quantities: [t1, equilibrium((tissue) => tissue.t2StarMs, "T2*")],
    };
  }
  switch (plan.diffusion) {
    case "tensor":
      return {
        equation: "S = S0 exp(-b g'Dg)",
        quantities: [meanDiffusivity, ...anisotropy, unweighted],
      };
    case "kurtosis":
      return {
        equation: "S = S0 exp(-b g'Dg + b^2 MD^2 W / 6), W the same in all directions",
        quantities: [...listKurtoses(), meanDiffusivity, ...anisotropy, unweighted],
      };
    case "perfusion":
      return {
        equation: "S = S0 (f exp(-b D*) + (1 - f) exp(-b D))",
        quantities: [...listPerfusion(), unweighted],
      };
    default:
      return undefined;
  }
}

function unsaturated({ saturationOffsetPpm: _, ...contrast }: Contrast): TrueQuantity {
  return {
    symbol: "S0",
    map: "S0map",
    unit: "arbitrary",
    about: "signal without saturation, in stored units",
    value: (tissue) => spinEchoSignal(tissue, contrast) * storedPerSignal,
  };
}

function listKurtoses(): readonly TrueQuantity[] {
  const kinds = [
    ["MK", "mean", "mean kurtosis: over all directions"],
    ["AK", "axial", "axial kurtosis: along the first eigenvector of D"],
    ["RK", "radial", "radial kurtosis: across the first eigenvector of D"],
  ] as const;
  return kinds.map(([symbol, kind, about]) => ({
    symbol,
    map: symbol,
    unit: "1",
    about,
    value: (tissue) => kurtosisMetrics(tissue)[kind],
  }));
}

function listPerfusion(): readonly TrueQuantity[] {
  return [
    {
      symbol: "D",
      map: "Dslow",
      unit: "mm2/s",
      about: "D of water in tissue",
      value: (tissue) => tissue.adc,
    },
    {
      symbol: "f",
      map: "perffraction",
      unit: "1",
      about: "perfusion fraction",
      value: (tissue) => diffusionOf(tissue).perfusionFraction,
    },
    {
      symbol: "Dstar",
      map: "Dfast",
      unit: "mm2/s",
      about: "D* of water in blood",
      value: (tissue) => diffusionOf(tissue).pseudoDiffusion,
    },
  ];
}
