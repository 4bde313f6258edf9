/**
 * What texts of users may hold, as options and in the table of labels alike: labels become names in XNAT, the others values in
 * DICOM (LO, PN and LT of PS3.5 6.2; a caret or equals sign divides the parts of a name).
 */
export const allowedTexts = {
  label: /^[A-Za-z0-9_.-]{1,64}$/,
  line: /^[^\\^=]{1,64}$/,
  personName: /^[^\\=]{1,64}$/,
  comments: /^[^\\]{1,1024}$/,
} as const;
