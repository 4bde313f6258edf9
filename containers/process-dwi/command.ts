import { defineCommand } from "#command-json/define-command.ts";
import { mapOptions, placeOptions, runOptions, voxelOptions } from "#command-json/fit-options.ts";
import { choice, choices, flag, number, numbersOrPath, path } from "#command-json/inputs.ts";
import { dicomMount, outputMount } from "#command-json/mounts.ts";
import { onScan, onSession } from "#command-json/places.ts";

export const command = defineCommand({
  name: "process-dwi",
  label: "Diffusion maps",
  description: "ADC, diffusion tensor, kurtosis or IVIM maps from a diffusion-weighted scan",
  options: {
    ...placeOptions(
      "DICOM (nested folders and other files are fine), or NIfTI with bval and bvec files. ParaVision's method and visu_pars beside the images are read for b-values.",
    ),
    model: choice(
      {
        auto: "dti when the directions suffice for a tensor, else adc",
        adc: "one exponential decay along b",
        dti: "diffusion tensor: MD, FA, axial and radial diffusivity, directions",
        dki: "diffusion and kurtosis tensor",
        kurtosis: "decay with kurtosis along b, without directions",
        ivim: "perfusion and diffusion: two exponential decays",
      },
      { default: "auto", description: "Signal model." },
    ),
    fit: choice(
      {
        auto: "adc: rician when the noise is known, else nlls; dti and dki: wls; kurtosis and ivim: nlls",
        ols: "straight line through the logarithms, all of one weight",
        wls: "the same, weighted by the squared signal of a first fit",
        iwls: "the same, weights repeated until they stay",
        nlls: "least squares of the signals themselves",
        rician: "the same, through Rician noise",
        segmented: "ivim: diffusion from high b first, then perfusion",
      },
      { default: "auto", description: "How the model is fitted." },
    ),
    directions: choice(
      {
        "geometric-mean":
          "the images of one b-value are averaged first (their logarithms), which gives a third of the trace",
        joint: "all images in one fit, as if they had no direction",
        "per-direction": "adc: a diffusivity for each direction with a common S0, and their mean",
      },
      {
        default: "geometric-mean",
        description: "What adc, kurtosis and ivim make of several images of one b-value.",
      },
    ),
    bmin: number({
      unit: "s/mm2",
      default: 0,
      atLeast: 0,
      description: "Smallest b-value used; what happens to b = 0 says --b0.",
    }),
    bmax: number({
      unit: "s/mm2",
      above: 0,
      description: "Largest b-value used.",
      unset: "no limit",
    }),
    b0: choice(
      {
        auto: "used, except by adc and kurtosis when --bmin is above 0, which leaves perfusion out",
        keep: "used, whatever --bmin says",
        drop: "left out",
      },
      { default: "auto", description: "Images without diffusion weighting (b below 50 s/mm²)." },
    ),
    bvals: numbersOrPath({
      unit: "s/mm2",
      atLeast: 0,
      description: "b-values, when the images do not state them.",
      details: "Numbers or a bval file, one for each image in the order of acquisition.",
      unset: "as the images state",
    }),
    bvecs: path({
      description: "bvec file with the gradient directions, when the images do not state them.",
      details:
        "In the convention of FSL: along the axes of the image as dcm2niix writes it, in the order of --bvals.",
      unset: "as the images state",
    }),
    override: choices(
      { bvals: "--bvals and --bvecs win over what the images state" },
      { description: "Let an option win over what the images state." },
    ),
    "b-matrix": choice(
      {
        auto: "with the imaging gradients, where the source states it in full (Siemens rounds it to whole numbers: there from b-value and direction)",
        stated: "as the source states it, rounded or not",
        directions: "b-value and direction alone, as most software does",
      },
      { default: "auto", description: "b-matrix of dti and dki." },
    ),
    "ivim-threshold": number({
      unit: "s/mm2",
      default: 200,
      above: 0,
      description: "ivim: b-value from which on perfusion no longer contributes.",
    }),
    ...voxelOptions({
      screened: "Image of the lowest b",
      brightest: "brightest image",
      value: "the value",
    }),
    "export-dwi": flag({
      description: "Also write the images as 4D NIfTI, in the order of the bval and bvec files.",
      details: "For FSL, MRtrix3 or dipy.",
    }),
    ...mapOptions("<scan>_ADC_map.nii in mm²/s, and <scan>_log_file.txt."),
    solver: choice(
      {
        own: "closed forms and variable projection",
        reference: "Levenberg-Marquardt of an independent package, slow; adc only",
      },
      { default: "own", description: "Who solves the fit." },
    ),
    ...runOptions,
  },
  inputs: { scan: dicomMount("/input") },
  outputs: {
    maps: outputMount("/output/maps", {
      label: "PROCESSED_DWI",
      format: "NIFTI",
      content: "DWI_MAP",
      description:
        "maps as NIfTI with sidecars, bval and bvec, previews as PNG, and derived DICOM series",
    }),
    report: outputMount("/output/report", {
      label: "PROCESSED_DWI_REPORT",
      format: "HTML",
      content: "REPORT",
      description: "report.html, summary.json, status.json, provenance.json, manifest.json",
    }),
  },
  offeredOn: [onScan({ modality: "MR" }), onSession({ modality: "MR" })],
  examples: [
    {
      line: "process-dwi --input scan/DICOM --output results",
      does: "the usual run: a tensor when the directions suffice, else the ADC",
    },
    {
      line: "process-dwi --input scan --output results --model adc --bmin 150",
      does: "ADC without the b-values in which perfusion is seen",
    },
    {
      line: "process-dwi --input scan --output results --model dti --fit iwls --export-dwi",
      does: "tensor with repeated weights, and the images with bval and bvec for other software",
    },
  ],
});
