import { isProgramError, type PlainError, toPlainError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { defineTask, type Pool } from "#shared/parallel/pool.ts";
import type { Instance } from "./frame.ts";
import type { PixelLayout } from "./pixel-layout.ts";
import { readInstance } from "./read-instance.ts";

/** Up to this many files one thread is done before another has started (measured: 0.2 ms a file). */
const fewFiles = 512;

/** Files handed to a thread at once. */
const batchSize = 256;

/** What a folder holds, file by file. */
export interface Headers {
  readonly instances: readonly Instance[];
  /** Paths of files that are no DICOM objects: catalogs, thumbnails, DICOMDIR. */
  readonly others: readonly string[];
}

/** An object, nothing DICOM, or the reason why the file cannot be read. */
type Outcome = Instance | "other" | { readonly error: PlainError };

/** Headers of files, in order; a file that cannot be read does not keep the others from being read. */
export const readHeaderBatch = defineTask(
  "dicom/read-headers",
  (files: readonly FoundFile[]): readonly Outcome[] => files.map(readOne),
);

function readOne(file: FoundFile): Outcome {
  try {
    return readInstance(file.path, file.absolutePath) ?? "other";
  } catch (error) {
    if (!isProgramError(error)) throw error;
    return { error: toPlainError(error) };
  }
}

/** A file that begins like DICOM and cannot be read. */
export interface Unreadable {
  readonly path: string;
  readonly error: PlainError;
}

/**
 * Headers of all files of a folder.
 *
 * @param progress - called with the number of files done and in all
 */
export async function readHeaders(
  files: readonly FoundFile[],
  pool: Pool,
  progress?: (done: number, total: number) => void,
): Promise<Headers & { readonly unreadable: readonly Unreadable[] }> {
  const shareTexts = sharer();
  const batches: (readonly FoundFile[])[] = [];
  for (let at = 0; at < files.length; at += batchSize) {
    batches.push(files.slice(at, at + batchSize));
  }
  let done = 0;
  const outcomes = await Promise.all(
    batches.map(async (batch) => {
      const result =
        files.length <= fewFiles
          ? await readHeaderBatch.work(batch)
          : await pool.run(readHeaderBatch, batch);
      done += batch.length;
      progress?.(done, files.length);
      return shareTexts(result);
    }),
  );
  const instances: Instance[] = [];
  const others: string[] = [];
  const unreadable: Unreadable[] = [];
  outcomes.flat().forEach((outcome, i) => {
    const { path } = files[i]!;
    if (outcome === "other") others.push(path);
    else if ("error" in outcome) unreadable.push({ path, error: outcome.error });
    else instances.push(outcome);
  });
  return { instances, others, unreadable };
}

/**
 * Makes equal texts and pixel layouts one object: what comes from another thread is a copy of its own, and
 * a hundred thousand copies of a UID are memory.
 */
function sharer(): (outcomes: readonly Outcome[]) => readonly Outcome[] {
  const texts = new Map<string, string>();
  const layouts = new Map<string, PixelLayout>();
  const text = (value: string): string => {
    const known = texts.get(value);
    if (known !== undefined) return known;
    texts.set(value, value);
    return value;
  };
  const layout = (pixels: PixelLayout): PixelLayout => {
    const key = JSON.stringify(pixels);
    const known = layouts.get(key);
    if (known !== undefined) return known;
    layouts.set(key, pixels);
    return pixels;
  };
  return (outcomes) =>
    outcomes.map((outcome) => {
      if (outcome === "other" || "error" in outcome) return outcome;
      return {
        ...outcome,
        sopClassUID: text(outcome.sopClassUID),
        studyInstanceUID: text(outcome.studyInstanceUID),
        seriesInstanceUID: text(outcome.seriesInstanceUID),
        frameOfReferenceUID: text(outcome.frameOfReferenceUID),
        modality: text(outcome.modality),
        manufacturer: text(outcome.manufacturer),
        seriesDescription: text(outcome.seriesDescription),
        patientID: text(outcome.patientID),
        studyID: text(outcome.studyID),
        implementationVersionName: text(outcome.implementationVersionName),
        pixels: outcome.pixels === undefined ? undefined : layout(outcome.pixels),
      };
    });
}
