import { defineCommand } from "#command-json/define-command.ts";
import {
  choice,
  choices,
  flag,
  integer,
  number,
  numbers,
  path,
  pathOr,
  ranges,
  text,
} from "#command-json/inputs.ts";
import { dicomMount, outputMount } from "#command-json/mounts.ts";
import { onScan, onSession } from "#command-json/places.ts";

export const command = defineCommand({
  name: "process-t2",
  label: "T2 map",
  description: "T2 or T2* maps with standard error and status per voxel, from a multi-echo scan",
  options: {
    input: path({
      default: "/input",
      placeholder: "FOLDER",
      description: "Folder with the images of one scan.",
      details: "DICOM (nested folders and other files are fine), or NIfTI with BIDS sidecars.",
    }),
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
    series: text({
      description: "Which series, when the folder holds several.",
      details:
        "SeriesInstanceUID, series number, or the stem of a NIfTI file; several separated by commas are joined.",
      unset: "the only usable one",
    }),
    quantity: choice(
      {
        auto: "T2* for gradient echoes, else T2",
        t2: "T2, spin echoes",
        t2star: "T2*, gradient echoes",
      },
      { default: "auto", description: "What the echoes measure." },
    ),
    model: choice(
      {
        auto: "rician when the noise is known, else 2par",
        "2par": "exponential decay, plain least squares",
        "3par": "exponential decay with a constant offset",
        rician: "exponential decay seen through Rician noise",
        epg: "stimulated echoes of a CPMG train, with the refocusing angle (and the noise floor when it is known)",
      },
      { default: "auto", description: "Signal model." },
    ),
    "min-t2": number({
      unit: "ms",
      above: 0,
      description: "Lower bound of T2; voxels at the bound are flagged.",
      unset: "a tenth of the first echo time",
    }),
    "max-t2": number({
      unit: "ms",
      above: 0,
      description: "Upper bound of T2; voxels at the bound are flagged.",
      unset: "ten times the last echo time",
    }),
    "drop-first-echoes": integer({
      default: 0,
      atLeast: 0,
      description: "Echoes left out at the start of the train.",
    }),
    "even-echoes": flag({ description: "Use the second, fourth, ... echo only." }),
    echoes: ranges({
      description: "Echoes to use, counted from 1.",
      details: "For example 1-8,10. --drop-first-echoes and --even-echoes then choose among these.",
      unset: "all",
    }),
    te: numbers({
      unit: "ms",
      above: 0,
      atLeastCount: 2,
      description: "Echo times, when the images do not state them.",
      unset: "as the images state",
    }),
    override: choices(
      { te: "--te wins over the echo times of the images" },
      { description: "Let an option win over what the images state." },
    ),
    t1: number({
      unit: "ms",
      default: 1500,
      above: 0,
      description: "T1 assumed by the model epg.",
      details: "Its influence on T2 is weak.",
    }),
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
      description: "First echo over noise below which a voxel is left out (status 2).",
    }),
    mask: pathOr(
      {
        auto: "the animal and what lies beside it, found by the program",
        threshold: "brightest echo above --mask-threshold",
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
      description: "For --mask threshold: fraction of the bright end of the brightest echo.",
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
      description: "Voxels whose standard error is a larger fraction of T2 are flagged (status 8).",
    }),
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
      details: "<scan>_T2_map.nii and <scan>_R2_map.nii in ms and 1/s, and <scan>_log_file.txt.",
    }),
    solver: choice(
      {
        own: "variable projection",
        reference: "Levenberg-Marquardt of an independent package, slow",
      },
      { default: "own", description: "Who solves the fit." },
    ),
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
  },
  inputs: { scan: dicomMount("/input") },
  outputs: {
    maps: outputMount("/output/maps", {
      label: "PROCESSED_T2",
      format: "NIFTI",
      content: "T2_MAP",
      description: "maps as NIfTI with sidecars, previews as PNG, and a derived DICOM series",
    }),
    report: outputMount("/output/report", {
      label: "PROCESSED_T2_REPORT",
      format: "HTML",
      content: "REPORT",
      description: "report.html, summary.json, status.json, provenance.json, manifest.json",
    }),
  },
  offeredOn: [onScan({ modality: "MR" }), onSession({ modality: "MR" })],
  examples: [
    {
      line: "process-t2 --input scan/DICOM --output results",
      does: "the usual run: noise measured, Rician model, automatic mask",
    },
    {
      line: "process-t2 --input scan --output results --model epg --mask kidney.nii.gz",
      does: "stimulated echoes, inside a mask of your own",
    },
    {
      line: "process-t2 --input scan --output results --model 2par --drop-first-echoes 1",
      does: "the plain exponential without the first echo, as most software fits it",
    },
  ],
});
