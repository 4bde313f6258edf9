import { defineCommand } from "#command-json/define-command.ts";
import { choice, flag, integer, number, path } from "#command-json/inputs.ts";
import { outputMount } from "#command-json/mounts.ts";

export const command = defineCommand({
  name: "sample-data",
  label: "Sample data",
  description:
    "A digital mouse with known T1, T2, T2*, diffusion, perfusion and CEST, as DICOM in the layout of an XNAT archive with regions drawn on it, and as raw data of ParaVision",
  options: {
    output: path({
      default: "/output",
      description: "Folder for the data; it must be empty or absent.",
    }),
    overwrite: flag({ description: "Replace the results of an earlier run in the output folder." }),
    seed: integer({
      default: 1,
      atLeast: 0,
      description: "Seed of the noise: the same seed gives the same bytes.",
    }),
    snr: number({
      unit: "1",
      default: 80,
      above: 0,
      keywords: { none: "no noise" },
      description: "Signal of water at full recovery over the noise of one real channel.",
      details: "For scans 2 to 6; scans 7 to 12 have larger voxels and 4 to 8 times as much.",
    }),
    "stimulated-echoes": flag({
      description:
        "Imperfect refocusing in the T2 scan: stimulated echoes by the extended phase graph.",
    }),
    "log-format": choice(
      { text: "for people", json: "for programs, one object a line" },
      { default: "text", description: "Form of the log." },
    ),
  },
  inputs: {},
  outputs: {
    archive: outputMount("/output/SAMPLE", {
      label: "DICOM",
      format: "DICOM",
      content: "RAW",
      description:
        "arc001/DM01_MR1 in the layout of an XNAT archive: SCANS with ten scans, ASSESSORS with the regions drawn on them",
    }),
    raw: outputMount("/output/raw", {
      label: "RAW",
      format: "PARAVISION",
      content: "RAW",
      description:
        "The session as a study of ParaVision 360: the scans with echoes, repetition times and diffusion, a CEST scan, a localizer, T2 maps of ParaVision's own, a spectrum and an aborted scan",
    }),
    truth: outputMount("/output/truth", {
      label: "TRUTH",
      format: "NIFTI",
      content: "TRUTH",
      description:
        "T1, T2, T2*, ADC, S0 maps and labels of the T2 scan's voxels, and truth.json; scan-7 to scan-13 the same for the scans on larger voxels (13: CEST); regions.json what is true of each region",
    }),
    b1: outputMount("/output/b1", {
      label: "B1",
      format: "NIFTI",
      content: "B1MAP",
      description: "Map of relative B1 in percent (TB1map) on the voxels of scan 8",
    }),
  },
  offeredOn: [],
  examples: [
    {
      line: "./xnat-pic sample-data --output mouse",
      does: "writes the archive and the truth to ./mouse",
    },
  ],
});
