import { frameValues } from "./frame-values.ts";
import { numbersOf, wordsOf } from "./jcamp.ts";
import type { Visu } from "./visu.ts";

/** Along which axis of the image the phase was encoded, PS3.3 C.8.3.1: down the columns or along the rows. */
export type PhaseDirection = "COL" | "ROW";

/** Whether a frame is stored with rows and columns exchanged (VisuCoreTransposition). */
export function isTransposed(visu: Visu, frame: number): boolean {
  return frameValues(visu, "VisuCoreTransposition")?.of(frame)[0] === 1;
}

/**
 * InPlanePhaseEncodingDirection of a frame: by VisuAcqGradEncoding, the encoding of the image axes, the other way for a
 * transposed frame, as ParaVision's export has it; ParaVision 5.1 writes VisuAcqImagePhaseEncDir for each slice instead.
 *
 * @returns undefined when neither says it (radial and spiral scans)
 */
export function phaseDirection(visu: Visu, frame: number): PhaseDirection | undefined {
  const encoded = wordsOf(visu.file, "VisuAcqGradEncoding")?.find(
    (word) => word === "read_enc" || word === "phase_enc",
  );
  if (encoded !== undefined) {
    return (encoded === "read_enc") === isTransposed(visu, frame) ? "ROW" : "COL";
  }
  const word = frameValues(visu, "VisuAcqImagePhaseEncDir")?.of(frame)[0];
  if (word === "col_dir") return "COL";
  return word === "row_dir" ? "ROW" : undefined;
}

/**
 * AcquisitionMatrix: frequency rows, frequency columns, phase rows, phase columns (PS3.3 C.8.3.1), of VisuAcqSize (read,
 * phase).
 */
export function acquisitionMatrix(visu: Visu, frame: number): readonly number[] | undefined {
  const direction = phaseDirection(visu, frame);
  let both = matrices.get(visu);
  if (both === undefined) {
    both = readMatrices(visu);
    matrices.set(visu, both);
  }
  return direction && both[direction];
}

type Matrices = { readonly [direction in PhaseDirection]?: readonly number[] };

const matrices = new WeakMap<Visu, Matrices>();

function readMatrices({ file }: Visu): Matrices {
  const [read, phase] = numbersOf(file, "VisuAcqSize") ?? [];
  if (!isMatrixSide(read) || !isMatrixSide(phase)) return {};
  return { COL: [read, 0, 0, phase], ROW: [0, read, phase, 0] };
}

/** US, PS3.5 6.2. */
function isMatrixSide(size: number | undefined): size is number {
  return size !== undefined && Number.isInteger(size) && size >= 1 && size <= 65_535;
}
