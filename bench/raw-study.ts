import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { numbers, single, words } from "#shared/phantom/paravision/parameter.ts";
import {
  encodeSpec,
  group,
  type ReconstructionSpec,
  slices,
} from "../test/phantom/paravision-study.ts";

/** A ParaVision study to convert: examinations of the same size, each with one reconstruction and its k-space. */
export interface RawStudySize {
  readonly examinations: number;
  readonly matrix: number;
  readonly slices: number;
  readonly repetitions: number;
}

/** What of a study counts. */
export interface RawStudyBytes {
  readonly images: number;
  /** Of 2dseq files. */
  readonly imageMB: number;
  /** Of everything. */
  readonly allMB: number;
}

/**
 * k-space has complex numbers of 32 bits, images integers of 16: a fid is at least four times as long as its 2dseq.
 */
const fidRatio = 4;

/** Writes a study of int16 images with noise and a bright disc, and fid files of the length real ones have. */
export function makeRawStudy(folder: string, size: RawStudySize): RawStudyBytes {
  rmSync(folder, { recursive: true, force: true });
  const { examinations, matrix, slices: sliceCount, repetitions } = size;
  const frames = sliceCount * repetitions;
  const bytes = drawPixels(matrix, frames);
  const fid = Buffer.alloc(bytes.length);
  for (let at = 0; at < fid.length; at += 4) fid.writeInt32LE((at * 2654435761) | 0, at);
  let all = 0;
  for (let examination = 1; examination <= examinations; examination++) {
    const groups = [
      slices(sliceCount),
      ...(repetitions > 1 ? [group("FG_CYCLE", repetitions)] : []),
    ];
    // What BrkRaw makes its geometry from, and the original XNAT-PIC the orientation of the patient.
    const method = {
      PVM_SPackArrReadOrient: words(["L_R"]),
      PVM_NSPacks: single(1),
      PVM_SPackArrNSlices: numbers([sliceCount]),
      PVM_SPackArrSliceOrient: words(["axial"]),
      PVM_SPackArrSliceDistance: numbers([1]),
      PVM_SPackArrSliceGap: numbers([0]),
    };
    const spec: ReconstructionSpec = {
      ...{ version: "6.0.1", examination, groups, size: [matrix, matrix] },
      ...{ stored: () => 0, bytes, method },
    };
    for (const { path, content } of encodeSpec(spec)) {
      // The original XNAT-PIC takes this one, which has no images, for that of the reconstruction.
      if (path === `${examination}/visu_pars`) continue;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      // It makes its field of view from this.
      const written = path.endsWith("/reco") ? withFieldOfView(content) : content;
      writeFileSync(join(folder, path), written);
      all += statSync(join(folder, path)).size;
    }
    for (let part = 0; part < fidRatio; part++) {
      writeFileSync(join(folder, String(examination), "fid"), fid, { flag: "a" });
      all += fid.length;
    }
  }
  const imageBytes = examinations * bytes.length;
  return { images: examinations * frames, imageMB: imageBytes / 1e6, allMB: all / 1e6 };
}

function withFieldOfView(reco: Uint8Array): string {
  return Buffer.from(reco)
    .toString("latin1")
    .replace("##END", "##$RECO_fov=( 2 )\n3.2 2.56\n##END");
}

function drawPixels(matrix: number, frames: number): Buffer {
  const pixels = new Int16Array(matrix * matrix * frames);
  let state = 1;
  for (let i = 0; i < pixels.length; i++) {
    // Numerical Recipes' linear congruence: the noise only has to be no constant.
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const x = (i % matrix) - matrix / 2;
    const y = (Math.floor(i / matrix) % matrix) - matrix / 2;
    const bright = x * x + y * y < (matrix * matrix) / 9 ? 12_000 : 0;
    pixels[i] = bright + (state >>> 21);
  }
  return Buffer.from(pixels.buffer);
}
