import { setImmediate } from "node:timers/promises";
import { fromPlainError, InputError, isProgramError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import type {
  AcquisitionValue,
  SeriesIdentity,
  SeriesVolume,
  Warning,
} from "#shared/volume/series-volume.ts";
import { describeAcquisition } from "./acquisition.ts";
import { withFile } from "./byte-source.ts";
import { chooseContrast } from "./choose-contrast.ts";
import { chooseSeries, type SeriesWish } from "./choose-series.ts";
import { findCovariates } from "./covariates.ts";
import { type DiffusionWish, prepareDiffusion } from "./diffusion-input.ts";
import { dropCopies } from "./drop-copies.ts";
import { beginsLikeDicom } from "./file-layout.ts";
import { keepOneSetting } from "./keep-one-setting.ts";
import { type LoadedParts, loadParts } from "./load-parts.ts";
import { readHeaderBatch, readHeaders } from "./read-headers.ts";
import { namedLikeDicom } from "./read-instance.ts";
import { remarkOnImages, selectMeasured } from "./select-images.ts";
import { selectParts } from "./select-parts.ts";
import { type Stack, type StackWish, stackImages } from "./stack.ts";
import { makeTemplate, readPublicAttributes } from "./template.ts";

/** What to read from a folder. */
export interface ReadWish extends SeriesWish, Omit<StackWish, "contrast">, DiffusionWish {
  /** Of a scan that varies echo and repetition time, use the images that suit the contrast: keep-one-setting.ts. */
  readonly oneSetting?: boolean;
}

/** Files looked at between two turns of the event loop. */
const turn = 256;

/**
 * True when at least one file is a DICOM object, with or without a meta header.
 *
 * @throws InputError E-UNREADABLE when there is none among the files that can be read, and another could be one
 */
export async function looksLikeDicom(files: readonly FoundFile[]): Promise<boolean> {
  let hidden: unknown;
  for (const [i, file] of files.entries()) {
    if (i % turn === turn - 1) await setImmediate();
    try {
      if (withFile(file.path, file.absolutePath, beginsLikeDicom)) return true;
    } catch (error) {
      if (!isProgramError(error)) throw error;
      if (/(^|\/)[^.]+$|\.(dcm|ima|\d+)$/i.test(file.path)) hidden ??= error;
    }
  }
  if (hidden !== undefined) throw hidden;
  return false;
}

/**
 * The one series of a folder in which the wanted contrast, or one of several, varies, on one grid.
 *
 * Headers are read first, pixels afterwards and in parallel, each file once, into shared memory.
 *
 * @param progress - called with the number of files whose pixels are read, and of all
 * @throws InputError E-NO-DICOM, E-UNREADABLE, E-TRUNCATED, E-BROKEN-DICOM, and those of chooseSeries,
 *   selectMeasured, chooseContrast, selectParts, keepOneSetting, stackImages and loadParts
 */
export async function readDicomSeries(
  folder: string,
  files: readonly FoundFile[],
  want: ReadWish,
  pool: Pool,
  progress?: (done: number, total: number) => void,
): Promise<SeriesVolume> {
  wakeThreads(pool);
  const { instances, others, unreadable } = await readHeaders(files, pool);
  if (unreadable[0] !== undefined) throw fromPlainError(unreadable[0].error);
  if (instances.length === 0) throw noDicom(folder, others);
  const choice = chooseSeries(instances, want);
  const warnings: Warning[] = [...choice.warnings, ...remarkOthers(others)];
  const kept = dropCopies(choice.instances, warnings);
  const measured = selectMeasured(kept, choice.name);
  const contrast = chooseContrast(measured.images, want.contrast, choice.name);
  const selection = selectParts(
    measured.images,
    want.parts?.[contrast] ?? "magnitude",
    choice.name,
  );
  warnings.push(...measured.warnings, ...selection.warnings);
  const used = selection.parts.map((images) =>
    want.oneSetting === true ? keepOneSetting(images, contrast, warnings) : images,
  );
  warnings.push(...remarkOnImages(used.flat()));
  const weighted =
    contrast === "DiffusionBValue" ? await prepareDiffusion(used.flat(), want, files) : undefined;
  const given = weighted?.given && { given: weighted.given };
  const sets = weighted === undefined ? used : [weighted.images];
  const stacks = sets.map((images) => stackImages(images, { ...want, contrast, ...given }));
  const loaded = await loadParts(selection.form, stacks, choice.name, pool, progress);
  const stack = loaded.stack;
  const first = stack.images[0]![0]!;
  const attributes = readPublicAttributes(first);
  return {
    grid: stack.grid,
    axis: stack.axis,
    ...(loaded.parts === undefined ? {} : { parts: loaded.parts }),
    ...findCovariates(stack.images, contrast),
    ...(stack.diffusion && { diffusion: stack.diffusion }),
    stored: loaded.stored,
    slope: loaded.slope,
    intercept: loaded.intercept,
    padding: loaded.padding,
    acquisition: withAxis(describeAcquisition(sets.flat(), attributes), stack),
    identity: {
      ...identify(stack, loaded),
      template: makeTemplate(attributes, first.frame.contrasts),
    },
    warnings: [...warnings, ...(weighted?.warnings ?? []), ...stack.warnings, ...loaded.warnings],
  };
}

/** b-values of a diffusion series are those of its axis: effective ones, or a user's, where they are better known. */
function withAxis(
  values: readonly AcquisitionValue[],
  { axis, diffusion }: Stack,
): readonly AcquisitionValue[] {
  if (diffusion === undefined) return values;
  const { keyword, unit, source } = axis;
  const value = [...new Set(axis.values)];
  const others = values.filter((entry) => entry.keyword !== keyword);
  return [{ keyword, value, unit, source }, ...others];
}

/** Catalogs and thumbnails are nothing to speak of; files named like images that are none are. */
function remarkOthers(others: readonly string[]): readonly Warning[] {
  const named = others.filter(namedLikeDicom);
  if (named.length === 0) return [];
  const text = `${named.length} files are named like DICOM, but are none (first: ${named[0]}).`;
  return [{ code: "W-NOT-DICOM", text }];
}

/** Lets the threads of the pool start while this one reads the headers of a usual series. */
function wakeThreads(pool: Pool): void {
  for (let thread = 0; thread < pool.size && pool.size > 1; thread++) {
    // A thread that cannot start is met again by whoever waits for its work.
    pool.run(readHeaderBatch, []).catch(() => undefined);
  }
}

function identify(stack: Stack, loaded: LoadedParts): Omit<SeriesIdentity, "template"> {
  const { instance } = stack.images[0]![0]!;
  return {
    kind: "dicom",
    modality: instance.modality,
    studyInstanceUID: instance.studyInstanceUID,
    seriesInstanceUID: instance.seriesInstanceUID,
    frameOfReferenceUID: instance.frameOfReferenceUID,
    seriesNumber: instance.seriesNumber,
    seriesDescription: instance.seriesDescription,
    patientID: instance.patientID,
    studyID: instance.studyID,
    files: loaded.files,
    sliceSources: sourcesOfSlices(stack),
  };
}

function sourcesOfSlices(stack: Stack): SeriesIdentity["sliceSources"] {
  return stack.images[0]!.map((_, k) => {
    const numbers = new Map<string, { sopClassUID: string; frames: number[] }>();
    for (const row of stack.images) {
      const { instance, frame } = row[k]!;
      const entry = numbers.get(instance.sopInstanceUID);
      const frames = frame.number === 0 ? [] : [frame.number];
      if (entry !== undefined) entry.frames.push(...frames);
      else numbers.set(instance.sopInstanceUID, { sopClassUID: instance.sopClassUID, frames });
    }
    return [...numbers].map(([sopInstanceUID, { sopClassUID, frames }]) => ({
      sopClassUID,
      sopInstanceUID,
      frameNumbers: frames.sort((a, b) => a - b),
    }));
  });
}

function noDicom(folder: string, others: readonly string[]): InputError {
  if (others.length === 0) {
    return new InputError(
      "E-NO-DICOM",
      `The input folder ${folder} is empty.`,
      "Give the folder of one scan with --input. If this folder is empty inside a container, check the path translation of the Container Service.",
    );
  }
  const endings = new Map<string, number>();
  for (const path of others) {
    const ending = /\.[^./]+$/.exec(path)?.[0] ?? "without ending";
    endings.set(ending, (endings.get(ending) ?? 0) + 1);
  }
  const list = [...endings].slice(0, 5).map(([ending, count]) => `${count} ${ending}`);
  return new InputError(
    "E-NO-DICOM",
    `No DICOM images found under ${folder}. Found ${others.length} other files (${list.join(", ")}).`,
    "Give the folder of one scan's images with --input.",
  );
}
