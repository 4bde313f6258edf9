import { InputError, UsageError } from "#shared/errors.ts";
import type { PartsWish } from "#shared/volume/complex-signal.ts";
import { contrastList, contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword, Warning } from "#shared/volume/series-volume.ts";
import { countDistinct, describeVarying } from "./contrast-axis.ts";
import type { Image, Instance } from "./frame.ts";
import { mergeParts } from "./merge-parts.ts";
import { imageMatrix } from "./pixel-layout.ts";
import { imagesOf, isMeasured } from "./select-images.ts";

/** What the caller wants to read. */
export interface SeriesWish {
  /** What varies from image to image, or what may. */
  readonly contrast: ContrastKeyword | readonly ContrastKeyword[];
  /** SeriesInstanceUID or number, or several with commas between to be joined. */
  readonly series?: string;
  readonly atLeast: number;
  /** Which parts of the complex signal are wanted along each contrast; magnitudes where nothing is said. */
  readonly parts?: { readonly [keyword in ContrastKeyword]?: PartsWish };
}

/** The files of the series that was chosen, and how it is called in messages. */
export interface Choice {
  readonly instances: readonly Instance[];
  readonly name: string;
  readonly warnings: readonly Warning[];
}

/** The objects of one SeriesInstanceUID. */
export interface Series {
  readonly uid: string;
  readonly number: number | undefined;
  readonly modality: string;
  readonly description: string;
  readonly instances: readonly Instance[];
  /** Measured images of the wanted parts of the signal. */
  readonly images: readonly Image[];
}

/**
 * The series of a folder to use: the one asked for, the only MR series, or the only one in which the wanted
 * contrast varies.
 *
 * @throws UsageError E-SERIES; InputError E-MODALITY, E-MIXED-SERIES
 */
export function chooseSeries(instances: readonly Instance[], wish: SeriesWish): Choice {
  const all = groupSeries(instances, wantsParts(wish));
  if (wish.series !== undefined) return pickSeries(all, wish.series, wish);
  const candidates = wantsParts(wish)
    ? mergeParts(all.filter(isMrImage), wish.contrast)
    : all.filter(isMrImage);
  if (candidates.length === 0) throw wrongModality(all);
  if (candidates.length === 1) return taken(candidates[0]!, all);
  const counts = candidates.map(({ images }) =>
    Math.max(...contrastList(wish.contrast).map((keyword) => countDistinct(images, keyword))),
  );
  for (const least of [Math.max(wish.atLeast, 2), 2]) {
    const usable = candidates.filter((_, i) => counts[i]! >= least);
    if (usable.length === 1) return taken(usable[0]!, all);
    if (usable.length > 1) break;
  }
  throw mixed(all, candidates, wish);
}

function wantsParts({ parts = {} }: SeriesWish): boolean {
  return Object.values(parts).some((part) => part !== "magnitude");
}

function groupSeries(instances: readonly Instance[], anyPart: boolean): readonly Series[] {
  const isUsable = (image: Image) =>
    isMeasured(image) && (anyPart || image.frame.part === "magnitude");
  const groups = new Map<string, Instance[]>();
  for (const instance of instances) {
    const group = groups.get(instance.seriesInstanceUID);
    if (group === undefined) groups.set(instance.seriesInstanceUID, [instance]);
    else group.push(instance);
  }
  return [...groups]
    .map(([uid, members]) => ({
      uid,
      number: members[0]!.seriesNumber,
      modality: members[0]!.modality,
      description: members[0]!.seriesDescription,
      instances: members,
      images: imagesOf(members).filter(isUsable),
    }))
    .sort((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || (a.uid < b.uid ? -1 : 1));
}

function isMrImage(series: Series): boolean {
  return (
    series.modality === "MR" &&
    series.instances.some(({ frames, problem }) => frames.length > 0 || problem !== undefined)
  );
}

function taken(series: Series, all: readonly Series[]): Choice {
  const others = all.filter(({ instances }) => !series.instances.includes(instances[0]!));
  const warnings =
    others.length === 0
      ? []
      : [
          {
            code: "W-OTHER-SERIES",
            text: `${capital(nameSeries(series))} is used; the folder also holds ${others.map(describeSeries).join("; ")}.`,
          },
        ];
  return { instances: series.instances, name: capital(nameSeries(series)), warnings };
}

function pickSeries(all: readonly Series[], wanted: string, wish: SeriesWish): Choice {
  const picked = wanted
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => findSeries(all, part));
  const unique = [...new Set(picked)];
  const first = unique[0];
  if (first === undefined) throw notFound(all, wanted);
  const foreign = unique.filter((series) => series.modality !== "MR");
  if (foreign.length > 0) throw wrongModality(foreign);
  const instances = unique.flatMap((series) => series.instances);
  if (unique.length === 1) return { instances, name: capital(nameSeries(first)), warnings: [] };
  if (new Set(instances.map(({ studyInstanceUID }) => studyInstanceUID)).size > 1) {
    throw new InputError(
      "E-MIXED-SERIES",
      `The series ${wanted} belong to different studies.`,
      "Only series of one study can be joined.",
    );
  }
  const images = unique.flatMap((series) => series.images);
  const nouns = contrastList(wish.contrast)
    .filter((keyword) => countDistinct(images, keyword) > 1)
    .map((keyword) => contrastTerms(keyword).noun);
  const by = nouns.length === 0 ? "" : ` by their ${nouns.join(" and ")}`;
  return {
    instances,
    name: `The joined series ${wanted}`,
    warnings: [
      {
        code: "W-JOINED-SERIES",
        text: `${unique.length} series are joined${by}: ${unique.map(describeSeries).join("; ")}.`,
      },
    ],
  };
}

function findSeries(all: readonly Series[], wanted: string): Series {
  const exact = all.find((series) => series.uid === wanted);
  if (exact !== undefined) return exact;
  const numbered = /^\d+$/.test(wanted)
    ? all.filter((series) => series.number === Number(wanted))
    : [];
  if (numbered.length === 1) return numbered[0]!;
  if (numbered.length === 0) throw notFound(all, wanted);
  throw new UsageError(
    "E-SERIES",
    `${numbered.length} series have the number ${wanted}.`,
    `Choose by SeriesInstanceUID: ${numbered.map(({ uid }) => uid).join(", ")}.`,
  );
}

function notFound(all: readonly Series[], wanted: string): UsageError {
  return new UsageError(
    "E-SERIES",
    `--series ${wanted}: no such series in the input folder, which holds ${all.map(describeSeries).join("; ")}.`,
    "Give the number or the SeriesInstanceUID of one of them.",
  );
}

function wrongModality(all: readonly Series[]): InputError {
  return new InputError(
    "E-MODALITY",
    `The input is no MR image series: ${all.slice(0, 5).map(describeSeries).join("; ")}.`,
    "Choose an MR scan.",
  );
}

function mixed(
  all: readonly Series[],
  candidates: readonly Series[],
  { contrast }: SeriesWish,
): InputError {
  const ways = findWays(candidates, contrastList(contrast));
  const hint =
    ways.length === 0
      ? "Choose one with --series NUMBER (or SeriesInstanceUID)."
      : `Choose one with --series; or join what is one measurement stored one by one: ${ways.join(" or ")}.`;
  const list = all.slice(0, 12).map(describeSeries).join("; ");
  const more = all.length > 12 ? `; and ${all.length - 12} more` : "";
  return new InputError(
    "E-MIXED-SERIES",
    `The folder holds ${all.length} series: ${list}${more}.`,
    hint,
  );
}

/** `--series 4,5,6 (inversion times)`: what could be joined along one of the contrasts, each series once. */
function findWays(
  candidates: readonly Series[],
  contrasts: readonly ContrastKeyword[],
): readonly string[] {
  const left = new Set(candidates);
  return contrasts.flatMap((keyword) => {
    const parts = findParts([...left], keyword);
    if (parts.length < 2) return [];
    for (const series of parts) left.delete(series);
    const numbers = parts.map((series) => series.number ?? series.uid);
    return [`--series ${numbers.join(",")} (${contrastTerms(keyword).noun})`];
  });
}

/** Series that could be parts of one measurement: same study, frame of reference and matrix, one value each. */
function findParts(candidates: readonly Series[], contrast: ContrastKeyword): readonly Series[] {
  const single = candidates.filter((series) => countDistinct(series.images, contrast) === 1);
  const keyOf = ({ images }: Series) => {
    const { instance } = images[0]!;
    const { rows, columns } = imageMatrix(instance.pixels!);
    return `${instance.studyInstanceUID} ${instance.frameOfReferenceUID} ${rows} ${columns} ${images.length}`;
  };
  const groups = Map.groupBy(single, keyOf);
  const [parts = []] = [...groups.values()].filter((alike) => {
    const images = alike.flatMap((series) => series.images);
    return alike.length > 1 && countDistinct(images, contrast) === alike.length;
  });
  return parts;
}

function nameSeries(series: Series): string {
  return series.number === undefined
    ? `series ${series.uid || "without UID"}`
    : `series ${series.number}`;
}

/** `series 4 "MSME" (MR, 320 images, EchoTime (16 values))` */
function describeSeries(series: Series): string {
  const title = series.description === "" ? "" : ` "${series.description}"`;
  const frames = imagesOf(series.instances).length;
  const objects = series.instances.length;
  const count =
    frames > 0
      ? `${frames} ${frames === 1 ? "image" : "images"}`
      : `${objects} ${objects === 1 ? "object" : "objects"} without pixels`;
  const varying = describeVarying(series.images);
  const parts = [series.modality || "no modality", count, ...(varying === "" ? [] : [varying])];
  return `${nameSeries(series)}${title} (${parts.join(", ")})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
