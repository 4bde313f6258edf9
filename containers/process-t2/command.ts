import { defineCommand } from "#command-json/define-command.ts";
import { mapOptions, placeOptions, runOptions, voxelOptions } from "#command-json/fit-options.ts";
import { choice, choices, flag, integer, number, numbers, ranges } from "#command-json/inputs.ts";
import { dicomMount, outputMount } from "#command-json/mounts.ts";
import { onScan, onSession } from "#command-json/places.ts";

export const command = defineCommand({
  name: "process-t2",
  label: "T2 map",
  description: "T2 or T2* maps with standard error and status per voxel, from a multi-echo scan",
  options: {
    ...placeOptions(),
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
    ...voxelOptions({ screened: "First echo", brightest: "brightest echo", value: "T2" }),
    ...mapOptions(
      "<scan>_T2_map.nii and <scan>_R2_map.nii in ms and 1/s, and <scan>_log_file.txt.",
    ),
    solver: choice(
      {
        own: "variable projection",
        reference: "Levenberg-Marquardt of an independent package, slow",
      },
      { default: "own", description: "Who solves the fit." },
    ),
    ...runOptions,
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
