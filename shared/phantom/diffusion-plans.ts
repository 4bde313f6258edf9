import type { Vector3 } from "#shared/volume/grid.ts";
import { coarseScan } from "./coarse-stack.ts";
import type { ScanPlan } from "./scan-plan.ts";
import type { Contrast } from "./signals.ts";

const timing = { repetitionTimeMs: 3000, echoTimeMs: 20 };
const unweighted: Contrast = { ...timing, bValue: 0 };

/** Directions of the tensor scans, and images without diffusion weighting, spread over the scan. */
const directionCount = 30;
const unweightedCount = 5;

/** b-values of the IVIM scan, s/mm²: closely spaced where blood disappears. */
const perfusionBValues = [0, 10, 20, 40, 60, 80, 100, 150, 250, 400, 600, 900];

const patientAxes: readonly Vector3[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** A diffusion tensor scan: 30 directions at b about 1000 s/mm², five images without diffusion weighting. */
export function tensorPlan(): ScanPlan {
  return {
    ...echoPlanarScan(10, "DTI_SE-EPI_30dir", 2),
    diffusion: "tensor",
    contrasts: tensorContrasts([1000]),
  };
}

/** 36 images: 12 b-values in three directions, b = 0 three times. */
export function perfusionPlan(): ScanPlan {
  return {
    ...echoPlanarScan(11, "IVIM_SE-EPI", 4),
    diffusion: "perfusion",
    contrasts: perfusionBValues.flatMap((bValue) =>
      patientAxes.map((direction) =>
        bValue === 0 ? unweighted : { ...timing, bValue, direction },
      ),
    ),
  };
}

/** A kurtosis scan: the directions of the tensor scan at b about 1000 and 2000 s/mm². */
export function kurtosisPlan(): ScanPlan {
  return {
    ...echoPlanarScan(12, "DKI_SE-EPI_2shell", 4),
    diffusion: "kurtosis",
    contrasts: tensorContrasts([1000, 2000]),
  };
}

function echoPlanarScan(number: number, protocol: string, averages: number) {
  return {
    ...coarseScan(averages),
    number,
    protocol,
    echo: "spin",
    train: false,
    flipAngleDeg: 90,
    scanningSequence: ["EP", "SE"],
    sequenceVariant: ["SK"],
    sequenceName: "DtiEpi",
    echoTrainLength: 1,
    volumesNumbered: true,
  } as const;
}

function tensorContrasts(nominalBValues: readonly number[]): readonly Contrast[] {
  const weighted = nominalBValues.flatMap((nominal) =>
    spreadDirections(directionCount).map((direction) => encode(nominal, direction)),
  );
  const between = weighted.length / unweightedCount;
  return weighted.flatMap((contrast, n) =>
    n % between === 0 ? [unweighted, contrast] : [contrast],
  );
}

/** What the imaging gradients of the tensor and kurtosis scans add to the root of b, patient coordinates, √(s/mm²). */
export const imagingGradients: Vector3 = [0.09, -0.12, 0.16];

/**
 * The effective b and direction of a nominal one. Imaging gradients add to those of diffusion: with q = √b g and their
 * own share c the b-matrix is (q + c)(q + c)', so b differs from direction to direction by a percent or two.
 */
function encode(nominal: number, direction: Vector3): Contrast {
  const [x, y, z] = [0, 1, 2].map(
    (axis) => Math.sqrt(nominal) * direction[axis]! + imagingGradients[axis]!,
  ) as [number, number, number];
  const root = Math.hypot(x, y, z);
  return { ...timing, bValue: root ** 2, direction: [x / root, y / root, z / root] };
}

/** Directions spread evenly over half a sphere, on a spiral of the golden angle. */
export function spreadDirections(count: number): readonly Vector3[] {
  const goldenAngle = Math.PI * (3 - Math.sqrt(5));
  return Array.from({ length: count }, (_, n) => {
    const z = (n + 0.5) / count;
    const radius = Math.sqrt(1 - z * z);
    return [radius * Math.cos(n * goldenAngle), radius * Math.sin(n * goldenAngle), z] as const;
  });
}
