// Attributes that contrast values are read from, with their keywords (PS3.6, table 6-1).
const keywords: Readonly<Record<string, string>> = {
  "0018,0080": "RepetitionTime",
  "0018,0081": "EchoTime",
  "0018,0082": "InversionTime",
  "0018,0083": "NumberOfAverages",
  "0018,0084": "ImagingFrequency",
  "0018,0086": "EchoNumbers",
  "0018,0087": "MagneticFieldStrength",
  "0018,0091": "EchoTrainLength",
  "0018,0095": "PixelBandwidth",
  "0018,1060": "TriggerTime",
  "0018,1314": "FlipAngle",
  "0018,9079": "InversionTimes",
  "0018,9082": "EffectiveEchoTime",
  "0018,9087": "DiffusionBValue",
  "0018,9089": "DiffusionGradientOrientation",
  "0018,9602": "DiffusionBValueXX",
  "0020,4000": "ImageComments",
};

/** Vendors by the first part of a private source. */
const vendors: Readonly<Record<string, string>> = {
  siemens: "Siemens",
  ge: "GE",
  philips: "Philips",
};

/**
 * Where a number came from, in words: `dicom:0018,9082` as `(0018,9082) EffectiveEchoTime`,
 * `siemens:0019,100C` as `Siemens private (0019,100C)`, `sidecar:EchoTime` as `sidecar field EchoTime`, `user` as
 * `given by the user`; others as they are.
 */
export function describeSource(source: string): string {
  const [kind = "", ...rest] = source.split(":");
  const detail = rest.join(":");
  if (kind === "user") return detail === "" ? "given by the user" : `given by the user (${detail})`;
  if (source === "bvec" || source === "bval") return `${source} file`;
  if (detail === "") return source;
  if (kind === "sidecar") return `sidecar field ${detail}`;
  if (Object.hasOwn(vendors, kind)) {
    const name = `${vendors[kind]} private`;
    return /^[0-9a-f]{4},/i.test(detail) ? `${name} (${detail})` : `${name} ${detail}`;
  }
  if (kind === "bruker" || kind === "paravision") return `ParaVision parameter ${detail}`;
  if (kind !== "dicom") return source;
  const tag = detail.toLowerCase();
  return Object.hasOwn(keywords, tag) ? `(${detail}) ${keywords[tag]}` : `(${detail})`;
}
