import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Debian's Python with nibabel and pydicom: the reader and the DICOM writer our files are judged by. */
const python = "/usr/bin/python3";

function runs(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

export const hasNibabel = runs(python, ["-c", "import nibabel"]);
export const hasPydicom = runs(python, ["-c", "import pydicom, numpy"]);
export const hasDcm2niix = spawnSync("dcm2niix", ["-h"], { stdio: "ignore" }).error === undefined;

/** What a Python script prints, as JSON. @throws Error with its standard error */
export function askPython(script: string, args: readonly string[]): unknown {
  const result = spawnSync(python, ["-c", script, ...args], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  if (result.status !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout);
}

/** Gives `use` a folder that is gone afterwards. */
export async function inFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "nifti-test-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Header and voxels of NIfTI files as nibabel reads them. */
export interface NibabelImage {
  readonly shape: number[];
  readonly dtype: string;
  readonly affine: number[];
  readonly qform: number[];
  readonly codes: [number, number];
  /** In Fortran order: i fastest. */
  readonly values: (number | null)[];
  readonly descrip: string;
  readonly cal: [number, number];
  readonly xyzt: number;
  readonly sizeofHdr: number;
}

const nibabelScript = `
import sys, json, numpy as np, nibabel as nib
def number(v):
    v = float(v)
    return v if np.isfinite(v) else None
out = []
for path in sys.argv[1:]:
    image = nib.load(path); h = image.header
    data = np.asarray(image.dataobj)
    out.append(dict(shape=[int(n) for n in image.shape], dtype=str(h.get_data_dtype()),
        affine=image.affine.flatten().tolist(), qform=h.get_qform().flatten().tolist(),
        codes=[int(h['qform_code']), int(h['sform_code'])],
        values=[number(v) for v in data.flatten(order='F')],
        descrip=h['descrip'].tobytes().rstrip(b'\\0').decode('latin1'),
        cal=[float(h['cal_min']), float(h['cal_max'])], xyzt=int(h['xyzt_units']),
        sizeofHdr=int(h['sizeof_hdr'])))
print(json.dumps(out))
`;

export function readWithNibabel(...paths: string[]): NibabelImage[] {
  return askPython(nibabelScript, paths) as NibabelImage[];
}
