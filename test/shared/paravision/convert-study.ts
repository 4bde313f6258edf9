import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { openPool } from "#shared/parallel/pool.ts";
import { chooseFolders } from "#shared/paravision/choose-folders.ts";
import type { ConversionResult } from "#shared/paravision/conversion-result.ts";
import {
  type ConversionRequest,
  convertReconstruction,
} from "#shared/paravision/convert-reconstruction.ts";
import { tidyOutput } from "#shared/paravision/converted-folder.ts";
import { lockOutput } from "#shared/paravision/output-lock.ts";
import type { ConversionChoices } from "#shared/paravision/raw-scan.ts";
import type { RawFile, Reconstruction } from "#shared/paravision/reconstruction.ts";
import { defaultChoices } from "#test/phantom/raw-scan.ts";

// Conversions of study folders without the program around them.

export const plainChoices: ConversionChoices = defaultChoices;

/** The reconstructions of one study folder laid out as ParaVision 6 and later do. */
export function reconstructionsOf(study: string): readonly Reconstruction[] {
  const numbered = (folder: string) =>
    existsSync(folder) ? readdirSync(folder).filter((name) => /^\d+$/.test(name)) : [];
  return numbered(study).flatMap((examination) =>
    numbered(join(study, examination, "pdata")).map((processing): Reconstruction => {
      const file = (...parts: string[]): RawFile => {
        const absolutePath = join(study, ...parts);
        return { path: parts.join("/"), absolutePath, size: statSync(absolutePath).size };
      };
      const place = [examination, "pdata", processing];
      return {
        path: place.join("/"),
        study: "",
        examination: Number(examination),
        processing: Number(processing),
        images: file(...place, "2dseq"),
        visuPars: file(...place, "visu_pars"),
        method: file(examination, "method"),
        acqp: file(examination, "acqp"),
        subject: file("subject"),
      };
    }),
  );
}

/** A run over a study, as the program does it: locked, all reconstructions, in `threads` threads. */
export async function convertStudy(
  study: string,
  output: string,
  more: Partial<Omit<ConversionRequest, "rerun">> & {
    readonly overwrite?: boolean;
    readonly recheck?: boolean;
    readonly threads?: number;
  } = {},
): Promise<readonly ConversionResult[]> {
  const { overwrite = false, recheck = false, threads = 1, ...request } = more;
  const all = reconstructionsOf(study);
  const folders = chooseFolders(
    all.map(({ path, examination, processing }) => ({
      path,
      study: "",
      subject: "M01",
      session: "day1",
      examination: examination ?? 0,
      processing: processing ?? 0,
    })),
  );
  mkdirSync(join(output, ".mri2dicom"), { recursive: true });
  const lock = lockOutput(join(output, ".mri2dicom"), output);
  const pool = openPool(threads, new URL("../../../shared/program/worker.ts", import.meta.url));
  try {
    tidyOutput(output);
    return await Promise.all(
      all.map((reconstruction) =>
        convertReconstruction(
          {
            reconstruction,
            choices: plainChoices,
            output,
            chosen: folders.get(reconstruction.path)!,
            rerun: { overwrite, recheck },
            ...request,
          },
          pool,
        ),
      ),
    );
  } finally {
    await pool.close();
    lock.release();
  }
}

/** Digest of every file below a folder, by its path; hidden ones too. */
export function digestTree(folder: string, prefix = ""): Record<string, string> {
  const digests: Record<string, string> = {};
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) Object.assign(digests, digestTree(folder, path));
    else {
      digests[path] = createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("hex");
    }
  }
  return digests;
}

// Run as a program: `node convert-study.ts STUDY OUTPUT THREADS OVERWRITE VERSION`.
if (process.argv[1] === import.meta.filename) {
  const [study = "", output = "", threads, overwrite, version = "1"] = process.argv.slice(2);
  try {
    const results = await convertStudy(study, output, {
      threads: Number(threads),
      overwrite: overwrite === "overwrite",
      choices: { ...plainChoices, version },
    });
    process.stdout.write(JSON.stringify(results.map(({ status }) => status)));
  } catch (error) {
    process.stdout.write(String((error as { code?: string }).code));
    process.exitCode = 2;
  }
}
