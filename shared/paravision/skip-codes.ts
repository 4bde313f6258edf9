import type { SkipCode } from "./reconstruction.ts";

/** What each reason for not converting something means, in one sentence; docs/mri2dicom.md lists them. */
export const skipCodes: Readonly<Record<SkipCode, string>> = {
  spectroscopic: "Spectroscopy: an axis of the data is not spatial, so there is no image.",
  "empty-2dseq": "The scan was stopped: no pixels were written.",
  "no-pdata": "The examination was never reconstructed.",
  "not-selected": "It was left out by `--scans`.",
  "no-visu-pars": "Pixels without the file that describes them.",
  "no-2dseq": "A description without pixels.",
  "size-mismatch": "The pixels are more or fewer than described: often a copy that was cut short.",
  "group-mismatch": "The frame groups do not multiply to the number of frames.",
  "word-type": "The pixels are of a type that ParaVision is not known to write.",
  "byte-order": "The byte order is none.",
  "no-geometry": "Position or orientation of the images is missing.",
  "parse-error": "A parameter file breaks its grammar; the text says file and line.",
  unreadable: "The file system does not let it be read.",
  "unsafe-archive": "An archive that is damaged, or that tries to write elsewhere.",
  "too-large": "More than this program takes on.",
  "not-enhanced":
    "The raw data does not say what Enhanced MR must have; `--objects classic` converts it.",
  "foreign-folder":
    "The folder it would be written to holds files this program did not write, or results of other raw data or options.",
};
