/**
 * What a conversion may remark without failing: code and what it means, in one sentence. docs/mri2dicom.md lists them.
 *
 * The text of a remark says what was found where; the sentence here says what it means for the images.
 */
export const remarkCodes = {
  // Parameter files
  "file-incomplete": "A parameter file ends before its `##END=`; what stands before was used.",
  "file-unusable":
    "A parameter file beside visu_pars cannot be read; what only it says is missing.",
  "parameter-broken":
    "A parameter breaks the grammar of its file or has another number of values than it says; it was left out.",
  "count-by-last-resort":
    "A parameter has neither one value nor one per frame, and no group names it; it was taken for the only group of that size.",
  "count-mismatch":
    "A parameter has a number of values that fits neither frames nor groups; it was left out.",
  "version-unknown": "The files are of a ParaVision version this converter was not tested with.",

  // Text, numbers, dates
  "text-shortened": "A text is longer than its DICOM attribute allows; its end was cut off.",
  "text-cleaned":
    "Control characters, or backslashes, which separate values in DICOM, were replaced in a text.",
  "value-unusable":
    "A value cannot be written in its DICOM attribute (not finite, out of range); it was left out.",
  "date-unreadable": "A date is none of the forms ParaVision writes; it was left out.",
  "date-without-zone":
    "Dates without time zone; they were taken as they are, and no zone was written.",

  // Patient, study, series
  "weight-default": "The weight is 0.001 kg, which ParaVision writes when nobody entered one.",
  "name-like-person":
    "The name of the subject looks like that of a person, or a person is named in the files, and --de-identify is not given.",
  "uid-missing":
    "A UID is missing or invalid in the files; one was made from the other identifiers of the study.",
  "uid-repeated":
    "Two reconstructions have one VisuUid, as copies have, and so the same UIDs in DICOM: an archive takes them for one.",
  "number-clash":
    "Two series of a study would have the same number; the text says what was written.",
  "inversion-time-without-inversion":
    "An inversion time of 0 ms was left out: DICOM allows it with an inversion pulse only.",

  // Geometry
  "spacing-zero":
    "The slices do not advance along their normal; no spacing between slices was written.",
  "spacing-uneven": "The distance of neighbouring slices differs; their mean was written.",
  "transposition-not-square":
    "A frame is stored transposed and is not square; rows and columns were exchanged, which was never seen in real data.",

  // Pixels
  "word-type-untested":
    "The pixels have a word type or byte order that was only tested with made data.",
  "pixels-quantised": "The pixels were mapped to 16 bits; the text says the largest error.",
  "pixels-not-finite":
    "Some pixels are not finite numbers; they were written as 0, or as the value nearest to it.",
  "slope-unusable":
    "The slope or offset of a frame is missing, zero or no finite number; its stored values were written without.",

  // Contrast, diffusion, CEST
  "time-step-unresolved":
    "The sources of the time step of a dynamic scan disagree; none was written.",
  "diffusion-count-mismatch":
    "The numbers of diffusion experiments in the files disagree; no directions were written.",
  "diffusion-repeated":
    "A scan has several images of each diffusion experiment in one group; the experiments were taken to be repeated as a whole.",
  "cest-list-mismatch":
    "The list of saturation offsets does not fit the number of images; no offsets were written.",
  "cest-reference-assumed":
    "A CEST scan has a reference image for each repetition; the first image was taken for it, and has no offset.",
  "cest-readout-not-positive":
    "The readout or recovery time computed for a CEST scan is not positive; it was left out.",
  "cest-module-time":
    "The duration of the saturation computed from its pulses differs by more than 1 % from that of the module.",

  // Maps
  "map-renamed":
    "ParaVision calls a map T2 that was made of gradient echoes; it was written as T2*.",
  "unit-unknown": "The unit of a map has no code; it was kept as text.",

  // Output
  "folder-renamed":
    "The name of a folder is taken, perhaps in other letters of upper and lower case, by another study or reconstruction.",

  // De-identification
  "unmatched-study":
    "The mapping table has no row for a study; its labels are those of the raw data.",
} as const satisfies Readonly<Record<string, string>>;

export type RemarkCode = keyof typeof remarkCodes;
