import { defineCommand } from "#command-json/define-command.ts";
import { outputOptions, runOptions } from "#command-json/fit-options.ts";
import { choice, flag, integer, number, pair, path, repeated } from "#command-json/inputs.ts";
import {
  collectionMount,
  dicomMount,
  outputMount,
  resourceMount,
  sessionMount,
} from "#command-json/mounts.ts";
import { onRoiCollection, onScan, onSession } from "#command-json/places.ts";

const { workers, strict, "log-format": logFormat } = runOptions;

export const command = defineCommand({
  name: "mask-average",
  label: "Region statistics",
  description: "Masks and statistics of parameter maps inside regions of interest",
  options: {
    reference: path({
      default: "/reference",
      placeholder: "FOLDER",
      description: "Folder with the DICOM series the regions were drawn on.",
      details:
        "The folder of a whole session will do: the series is found by the UID the regions name. Contours of AIM cannot be placed without it; DICOM SEG, NIfTI and RTSTRUCT can.",
    }),
    roi: repeated(
      path({
        default: "/roi",
        description:
          "Regions: AIM, RTSTRUCT or DICOM SEG, a NIfTI label map, or a folder with them.",
        details:
          "Of an AIM file and the RTSTRUCT derived from it the original is used: see --contours.",
      }),
    ),
    map: repeated(
      path({
        default: "/maps",
        description: "Maps to measure: NIfTI or a DICOM series, or a folder with them.",
        details:
          "A folder of results of this project's programs gives every map in it, with unit, standard errors and status.",
      }),
    ),
    series: path({
      default: "/series",
      placeholder: "FOLDER",
      description:
        "Folder with the images the map was fitted to, for a fit of the mean signal of each region.",
      details: "Left out when the default folder is missing or empty.",
    }),
    ...outputOptions,
    contours: choice(
      {
        auto: "the original: AIM, unless the collection says that RTSTRUCT is",
        aim: "AIM",
        rtstruct: "RTSTRUCT",
      },
      { default: "auto", description: "Which file counts when a collection has AIM and RTSTRUCT." },
    ),
    nested: choice(
      { hole: "the inner one is a hole", union: "the inner one changes nothing" },
      { default: "hole", description: "A contour inside another one of the same region." },
    ),
    edge: choice(
      {
        "half-open":
          "inside on the low side, outside on the high side, so that neighbours share no voxel",
        inclusive: "inside, for contours that were made from masks",
      },
      { default: "half-open", description: "Voxel centres that lie exactly on a contour." },
    ),
    "fractional-threshold": number({
      unit: "1",
      default: 0.5,
      above: 0,
      atMost: 1,
      description: "Fractional DICOM SEG: smallest share with which a voxel belongs to the region.",
    }),
    "rtstruct-shift-px": pair({
      unit: "1",
      atLeast: -10,
      atMost: 10,
      label: "Shift of RTSTRUCT",
      description:
        "Columns and rows by which RTSTRUCT contours are moved, in pixels of the reference.",
      details: "For files of old versions of XNAT's ROI plugin, which lie one pixel off: -1,-1.",
      unset: "not moved",
    }),
    "assume-same-fov": flag({
      label: "Assume same field of view",
      description:
        "Maps without orientation: take them to cover the field of view of the reference.",
      details: "Maps of the original XNAT-PIC have none. Without this option they are refused.",
    }),
    "allow-other-series": flag({
      description: "Accept regions that were drawn on another series than the reference.",
      details: "They are then placed by position.",
    }),
    volume: integer({
      default: 1,
      atLeast: 1,
      description: "Maps of several volumes: the one to measure, counted from 1.",
    }),
    "all-volumes": flag({ description: "Maps of several volumes: measure all of them." }),
    zeros: choice(
      {
        auto: "left out where the map says that 0 is no value",
        keep: "values",
        exclude: "no values",
      },
      { default: "auto", description: "Voxels of a map with the value 0." },
    ),
    status: choice(
      { good: "only voxels whose fit is sound (status 1)", all: "every voxel with a value" },
      { default: "good", description: "Maps with a status map: which voxels are measured." },
    ),
    lowest: number({
      unit: "1",
      label: "Lowest value",
      description: "Smallest value that is measured, in the unit of the map.",
      unset: "no limit",
    }),
    highest: number({
      unit: "1",
      label: "Highest value",
      description: "Largest value that is measured, in the unit of the map.",
      unset: "no limit",
    }),
    rates: choice(
      { auto: "for maps of T1, T2 and T2* also 1/T, voxel by voxel", none: "no rates" },
      { default: "auto", description: "Relaxation rates beside relaxation times." },
    ),
    "bin-width": number({
      unit: "1",
      above: 0,
      description: "Width of the bins for entropy and uniformity, in the unit of the map.",
      unset:
        "1 for maps of whole numbers, else a sixteenth of the map's interquartile range, rounded",
    }),
    outside: choice(
      { nan: "not a number", zero: "0, for software that cannot read NaN" },
      { default: "nan", description: "Value of masked maps outside the regions." },
    ),
    dicom: choice(
      {
        both: "segmentation and measurements",
        seg: "Segmentation object with the masks, shown by ordinary viewers",
        sr: "Structured Report with the measurements",
        none: "no DICOM",
      },
      { default: "both", description: "DICOM form of masks and statistics." },
    ),
    "csv-separator": choice(["comma", "semicolon"], {
      default: "comma",
      description: "What separates the columns of the CSV tables.",
      details:
        "semicolon for Excel where the comma is the decimal sign; numbers then have a comma too.",
    }),
    "legacy-outputs": flag({
      description: "Also write files under the names XNAT-PIC used.",
      details: "statistics.txt, and mask_<region>.nii.",
    }),
    workers,
    strict: {
      ...strict,
      description: "End with exit code 1 and no results when any region could not be measured.",
    },
    "log-format": logFormat,
  },
  inputs: {
    reference: sessionMount("/reference", {
      label: "Session",
      description: "the session, in which the series the regions were drawn on is found",
      scanMenu: {
        on: ["session"],
        resources: ["DICOM"],
        label: "Reference scan",
        description: "scan the regions were drawn on",
      },
    }),
    map: resourceMount("/maps", {
      resources: ["PROCESSED_T1", "PROCESSED_T2", "PROCESSED_DWI", "PROCESSED_T1_SR"],
      label: "Maps",
      description: "resource of the scan with the maps to measure",
    }),
    series: dicomMount("/series"),
    roi: collectionMount("/roi", {
      label: "ROI collection",
      description: "regions to measure in",
    }),
  },
  outputs: {
    stats: outputMount("/output/stats", {
      label: "ANALYSED_#assessor-id#",
      format: "CSV",
      content: "ROI_STATISTICS",
      description:
        "roi_statistics.csv, .tsv and .json, masks and masked maps as NIfTI, overlays as PNG, DICOM SEG and SR",
    }),
    report: outputMount("/output/report", {
      label: "ANALYSED_#assessor-id#_REPORT",
      format: "HTML",
      content: "REPORT",
      description:
        "report.html, summary.json, diagnostics.json, status.json, provenance.json, manifest.json",
    }),
  },
  scan: { label: "Map scan", description: "scan with the maps; it gets the results" },
  offeredOn: [onScan({ modality: "MR" }), onSession({ modality: "MR" }), onRoiCollection()],
  examples: [
    {
      line: "mask-average --reference scan/DICOM --roi collection --map maps --output results",
      does: "every region of the collection on every map of the folder",
    },
    {
      line: "mask-average --reference session/SCANS --roi AIM.xml --map T2map.nii.gz --output results",
      does: "one AIM file and one map; the series it was drawn on is found among the scans",
    },
    {
      line: "mask-average --roi regions.nii.gz --map ADC.nii.gz --output results --lowest 0.0001",
      does: "a label map, which needs no reference; values below 0.0001 are counted, but not measured",
    },
  ],
});
