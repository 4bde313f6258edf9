import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { askPython, inFolder } from "#test/shared/nifti/debian-tools.ts";

/** David Clunie's validator (Debian: dicom3tools), which knows the modules of PS3.3. */
export const hasDciodvfy =
  spawnSync("dciodvfy", ["-help"], { stdio: "ignore" }).error === undefined;

/** What dciodvfy says about a file: lines that begin with Error or Warning. */
export function judge(bytes: Uint8Array): Promise<{ errors: string[]; warnings: string[] }> {
  return inFolder((folder) => {
    const path = join(folder, "object.dcm");
    writeFileSync(path, bytes);
    const { stderr } = spawnSync("dciodvfy", [path], { encoding: "utf8" });
    const lines = stderr.split("\n");
    return {
      errors: lines.filter((line) => line.startsWith("Error")),
      warnings: lines.filter((line) => line.startsWith("Warning")),
    };
  });
}

/** The data set as pydicom reads it, as DICOM JSON without pixels, and its real-world values. */
export interface PydicomObject {
  readonly json: Record<string, { vr: string; Value?: unknown[] }>;
  /** Stored values; null for NaN. */
  readonly pixels: (number | null)[];
}

const script = `
import sys, json, numpy as np, pydicom
out = []
for path in sys.argv[1:]:
    d = pydicom.dcmread(path)
    name = 'FloatPixelData' if 'FloatPixelData' in d else 'PixelData'
    kind = '<f4' if name == 'FloatPixelData' else '<u2'
    pixels = np.frombuffer(d[name].value, kind)
    del d[name]
    out.append(dict(json=d.to_json_dict(), pixels=[None if v != v else float(v) for v in pixels]))
print(json.dumps(out))
`;

export function readWithPydicom(files: readonly Uint8Array[]): Promise<PydicomObject[]> {
  return inFolder((folder) => {
    const paths = files.map((bytes, index) => {
      const path = join(folder, `${index}.dcm`);
      writeFileSync(path, bytes);
      return path;
    });
    return askPython(script, paths) as PydicomObject[];
  });
}
