import { choice, flag, integer, number, path, pathOr, text } from "./inputs.ts";

// Options that every program that fits maps has: declared once, spread into the declaration of each program.

/** Where the results of a program go. */
export const outputOptions = {
  output: path({
    default: "/output",
    placeholder: "FOLDER",
    description: "Folder for the results; it must be empty or absent.",
  }),
  overwrite: flag({
    inXnat: false,
    description: "Replace the results of an earlier run in the output folder.",
    details: "The earlier results stay until the new ones are complete.",
  }),
};

/**
 * Where the images are and where the results go.
 *
 * @param forms - which forms of images are read
 */
export function placeOptions(
  forms = "DICOM (nested folders and other files are fine), or NIfTI with BIDS sidecars.",
) {
  return {
    input: path({
      default: "/input",
      placeholder: "FOLDER",
      description: "Folder with the images of one scan.",
      details: forms,
    }),
    ...outputOptions,
    series: text({
      description: "Which series, when the folder holds several.",
      details:
        "SeriesInstanceUID, series number, or the stem of a NIfTI file; several separated by commas are joined.",
      unset: "the only usable one",
    }),
  };
}

/**
 * Which voxels are fitted, and which fits are flagged.
 *
 * @param words.screened - the image that must rise above the noise: `First echo`
 * @param words.brightest - what the threshold mask looks at: `brightest echo`
 * @param words.value - what a large error is large against: `T2`
 */
export function voxelOptions(words: {
  readonly screened: string;
  readonly brightest: string;
  readonly value: string;
}) {
  return {
    noise: number({
      unit: "arbitrary",
      above: 0,
      keywords: { auto: "measured in the background", none: "unknown" },
      default: "auto",
      description: "Noise: standard deviation of one real channel, in signal units.",
    }),
    "noise-threshold": number({
      unit: "1",
      default: 3,
      atLeast: 0,
      description: `${words.screened} over noise below which a voxel is left out (status 2).`,
    }),
    mask: pathOr(
      {
        auto: "the animal and what lies beside it, found by the program",
        threshold: `${words.brightest} above --mask-threshold`,
        none: "every voxel",
      },
      {
        default: "auto",
        description: "Voxels to fit; a NIfTI file on the same voxels is possible too.",
      },
    ),
    "mask-threshold": number({
      unit: "1",
      default: 0.1,
      atLeast: 0,
      atMost: 1,
      description: `For --mask threshold: fraction of the bright end of the ${words.brightest}.`,
    }),
    "min-rsquared": number({
      unit: "1",
      atLeast: 0,
      atMost: 1,
      description: "Voxels with a smaller R² are flagged (status 7).",
      unset: "no limit",
    }),
    "max-error": number({
      unit: "1",
      default: 1,
      above: 0,
      description: `Voxels whose standard error is a larger fraction of ${words.value} are flagged (status 8).`,
    }),
  };
}

/**
 * How the maps are written.
 *
 * @param legacyFiles - files that --legacy-outputs writes
 */
export function mapOptions(legacyFiles: string) {
  return {
    outside: choice(
      { nan: "not a number", zero: "0, for software that cannot read NaN" },
      { default: "nan", description: "Value of voxels that were not fitted." },
    ),
    flagged: choice(
      { value: "keep the value", nan: "not a number" },
      { default: "value", description: "Value of voxels with a flag (status 5 to 8)." },
    ),
    dicom: choice(
      {
        derived: "derived MR series, shown by ordinary viewers",
        pm: "Parametric Map objects with floating-point pixels",
        both: "both",
        none: "no DICOM",
      },
      { default: "derived", description: "DICOM form of the maps." },
    ),
    "legacy-outputs": flag({
      description: "Also write files under the names XNAT-PIC used.",
      details: legacyFiles,
    }),
  };
}

/** How a run goes: none of these changes a number. */
export const runOptions = {
  "accept-legacy-geometry": flag({
    description: "Accept images of MRI2DICOM whose positions contradict each other.",
    details: "The maps are right; where they lie in the animal is not certain.",
  }),
  workers: integer({
    atLeast: 1,
    atMost: 256,
    inXnat: false,
    description: "Threads to work with; the result does not depend on it.",
    unset: "the number of cores, at most 8",
  }),
  strict: flag({
    inXnat: false,
    description: "End with exit code 1 and no results when any map could not be made.",
  }),
  "log-format": choice(
    { text: "for people", json: "one object a line" },
    { default: "text", inXnat: false, description: "Form of the log." },
  ),
};
