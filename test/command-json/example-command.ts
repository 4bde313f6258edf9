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

/** A program with every kind of option, much like process-t2. */
export const command = defineCommand({
  name: "example-t2",
  label: "Example T2",
  description: "T2 and S0 maps from a multi-echo spin-echo scan.",
  version: "1.2.3",
  options: {
    input: path({ default: "/input", description: "Folder with the images of one scan." }),
    output: path({ default: "/output", description: "Folder for the results." }),
    overwrite: flag({ description: "Replace the results of an earlier run.", inXnat: false }),
    series: text({
      description: "SeriesInstanceUID or number of the series to use.",
      unset: "the only usable one",
    }),
    model: choice(
      {
        auto: "chosen from the data",
        "2par": "S0 exp(-TE/T2)",
        "3par": "S0 exp(-TE/T2) + C",
        rician: "2par seen through Rician noise",
        epg: "with stimulated echoes",
      },
      { default: "auto", description: "Signal equation." },
    ),
    "min-t2": number({ unit: "ms", default: 1, above: 0, description: "Lower bound of T2." }),
    "max-t2": number({
      unit: "ms",
      default: 500,
      above: 0,
      label: "Largest T2",
      description: "Upper bound of T2; voxels at the bound are flagged.",
    }),
    "drop-first-echoes": integer({
      default: 0,
      atLeast: 0,
      description: "Echoes left out at the start of the train.",
    }),
    "even-echoes": flag({ description: "Use only the even echoes." }),
    echoes: ranges({ description: "Echoes to use, counted from 1.", unset: "all echoes" }),
    te: numbers({
      unit: "ms",
      above: 0,
      description: "Echo times instead of those in the images.",
      unset: "from the images",
    }),
    override: choices(["te"], {
      description: "Accept values given here although the images say otherwise.",
    }),
    "refocusing-angle": number({
      unit: "deg",
      above: 0,
      atMost: 180,
      description: "Refocusing angle of the train.",
      unset: "from the images",
    }),
    noise: number({
      unit: "arbitrary",
      above: 0,
      keywords: { auto: "from the background", none: "no noise model" },
      default: "auto",
      description: "Standard deviation of the noise.",
    }),
    mask: pathOr(["auto", "threshold", "none"], {
      default: "auto",
      description: "Which voxels to fit.",
    }),
    outside: choice(["nan", "zero"], { default: "nan", description: "Value outside the mask." }),
    smooth: flag({ default: true, description: "Smooth the noise estimate." }),
    workers: integer({
      atLeast: 1,
      atMost: 1024,
      inXnat: false,
      description: "Worker threads.",
      unset: "number of cores",
    }),
  },
  inputs: { "dicom-in": dicomMount("/input") },
  outputs: {
    maps: outputMount("/output/maps", {
      label: "EXAMPLE_T2",
      format: "NIFTI",
      content: "T2_MAP",
      description: "Parameter maps with sidecars.",
    }),
    report: outputMount("/output/report", {
      label: "EXAMPLE_T2_REPORT",
      format: "HTML",
      content: "REPORT",
      description: "Report, summary, provenance.",
    }),
  },
  offeredOn: [onScan({ modality: "MR" }), onSession({ modality: "MR" })],
  examples: [
    { line: "example-t2 --input=scan --output=result", does: "Map with the defaults." },
    { line: "example-t2 --te=10,20,30 --override=te", does: "With echo times of your own." },
  ],
});
