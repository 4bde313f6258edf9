import { defineCommand } from "#command-json/define-command.ts";
import { mapOptions, placeOptions, runOptions, voxelOptions } from "#command-json/fit-options.ts";
import { choice, choices, number, numbers, pathOr, ranges } from "#command-json/inputs.ts";
import { dicomMount, outputMount } from "#command-json/mounts.ts";
import { onScan, onSession } from "#command-json/places.ts";

export const command = defineCommand({
  name: "process-t1",
  label: "T1 map",
  description:
    "T1 maps with standard error and status per voxel, from saturation recovery, inversion recovery or variable flip angles",
  options: {
    ...placeOptions(),
    model: choice(
      {
        auto: "by what varies: TR saturation recovery (sr3par from five TRs on, else sr2par), TI inversion recovery (ir-complex where both parts of the signal are there, else ir-magnitude), flip angle vfa",
        sr2par: "saturation recovery after perfect 90° pulses: M0 and T1",
        sr3par:
          "saturation recovery with the saturation B, which absorbs imperfect pulses and the echo train of RARE-VTR",
        "ir-magnitude": "inversion recovery of magnitude images; every polarity is tried",
        "ir-complex": "inversion recovery of real and imaginary, or magnitude and phase images",
        "ir-real": "inversion recovery of real images, or images whose sign was restored",
        vfa: "variable flip angle (spoiled gradient echo), with the B1 map when there is one",
      },
      { default: "auto", description: "Method and signal model." },
    ),
    "noise-model": choice(
      {
        auto: "rician for magnitudes of saturation and inversion recovery when the noise is known, else gaussian",
        gaussian: "plain least squares",
        rician:
          "the mean of the noisy magnitude is fitted (expected Rician): no bias near the null and at short TR",
      },
      { default: "auto", description: "How the noise enters the fit." },
    ),
    "vfa-fit": choice(
      {
        nonlinear: "least squares on the signal",
        linear:
          "straight line of S/sin over S/tan (DESPOT1); exact for two angles, biased by noise for more",
      },
      { default: "nonlinear", description: "How variable flip angles are fitted." },
    ),
    "look-locker": choice(
      {
        auto: "when the names of sequence or protocol say Look-Locker or MOLLI",
        on: "T1 = T1* (-b/a - 1), for many excitations after one inversion",
        off: "the fitted time is T1",
      },
      {
        default: "auto",
        description: "Correction of inversion recovery for readouts that disturb it.",
      },
    ),
    "b1-map": pathOr(
      {
        auto: "a file named TB1map.nii.gz (or ..._TB1map.nii.gz) in the input folder, else nominal flip angles",
        none: "flip angles are taken as nominal",
      },
      {
        default: "auto",
        description:
          "B1 map for vfa, of the same examination: a NIfTI file, or a folder of DICOM images; on any voxels.",
        details:
          "Relative (1 = nominal flip angle) or in percent; the unit it states and its values must agree.",
      },
    ),
    "min-t1": number({
      unit: "ms",
      above: 0,
      description: "Lower bound of T1; voxels at the bound are flagged.",
      unset: "1 ms; 10 ms for vfa",
    }),
    "max-t1": number({
      unit: "ms",
      above: 0,
      description: "Upper bound of T1; voxels at the bound are flagged.",
      unset: "20 s; 10 s for vfa",
    }),
    images: ranges({
      description: "Images to use, counted from 1 in order of TR, TI or flip angle.",
      details: "For example 1-8,10.",
      unset: "all",
    }),
    tr: numbers({
      unit: "ms",
      above: 0,
      description: "Repetition times, or the only one, when the images do not state them.",
      unset: "as the images state",
    }),
    ti: numbers({
      unit: "ms",
      above: 0,
      atLeastCount: 2,
      description: "Inversion times, when the images do not state them.",
      unset: "as the images state",
    }),
    fa: numbers({
      unit: "deg",
      above: 0,
      atLeastCount: 2,
      description: "Nominal flip angles, when the images do not state them.",
      unset: "as the images state",
    }),
    override: choices(
      {
        tr: "--tr wins over the repetition times of the images",
        ti: "--ti wins over the inversion times of the images",
        fa: "--fa wins over the flip angles of the images",
      },
      { description: "Let an option win over what the images state." },
    ),
    ...voxelOptions({ screened: "Brightest image", brightest: "brightest image", value: "T1" }),
    ...mapOptions(
      "<scan>_T1_map.nii and <scan>_R1_map.nii (T1_SR and R1_SR for saturation recovery) in ms and 1/s, and <scan>_log_file.txt.",
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
      label: "PROCESSED_T1",
      format: "NIFTI",
      content: "T1_MAP",
      description: "maps as NIfTI with sidecars, previews as PNG, and a derived DICOM series",
    }),
    report: outputMount("/output/report", {
      label: "PROCESSED_T1_REPORT",
      format: "HTML",
      content: "REPORT",
      description: "report.html, summary.json, status.json, provenance.json, manifest.json",
    }),
  },
  offeredOn: [onScan({ modality: "MR" }), onSession({ modality: "MR" })],
  examples: [
    {
      line: "process-t1 --input scan/DICOM --output results",
      does: "the usual run: the method read from the series, noise measured, automatic mask",
    },
    {
      line: "process-t1 --input session --series 7,8 --b1-map b1.nii.gz --output results",
      does: "variable flip angles stored as two series, with a B1 map",
    },
    {
      line: "process-t1 --input scan --output results --model sr2par --noise-model gaussian",
      does: "saturation recovery without saturation efficiency, as most software fits it",
    },
  ],
});
