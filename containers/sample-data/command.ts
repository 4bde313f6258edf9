import { defineCommand } from "#command-json/define-command.ts";
import { choice, flag, integer, number, path } from "#command-json/inputs.ts";
import { outputMount } from "#command-json/mounts.ts";

export const command = defineCommand({
  name: "sample-data",
  label: "Sample data",
  description:
    "A digital mouse with known T1, T2, T2* and ADC, as DICOM in the layout of an XNAT archive",
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
      description: "arc001/DM01_MR1/SCANS: five scans in the layout of an XNAT archive",
    }),
    truth: outputMount("/output/truth", {
      label: "TRUTH",
      format: "NIFTI",
      content: "TRUTH",
      description: "T1, T2, T2*, ADC, S0 maps and labels of the T2 scan's voxels, and truth.json",
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
