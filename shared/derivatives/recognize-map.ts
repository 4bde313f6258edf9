import { readSuffix } from "./map-names.ts";

/** What a NIfTI file is, by its name. */
export type MapKind =
  | "map"
  | "standard error"
  | "status"
  | "mask or labels"
  | "quality of fit"
  | "vector or tensor"
  | "measured image"
  | "copy under a name of XNAT-PIC"
  | "unknown";

/** What the name of a file says of it. */
export interface RecognizedMap {
  readonly kind: MapKind;
  /** What comes before suffix and `desc-`, with its underscore: the same for all maps of a fit. */
  readonly prefix: string;
  /** Value of `desc-`; empty for none. */
  readonly description: string;
  /** BIDS suffix or one of ours; empty for another name. */
  readonly suffix: string;
  /** `T2map`, `desc-fDstar_Dslow`, or the whole stem. */
  readonly name: string;
  /** `T2`, `ADC`, `fDstar`; undefined where the name does not say. */
  readonly quantity: string | undefined;
  /** Written by the original XNAT-PIC, or under its names. */
  readonly legacy: boolean;
}

const bids = /^((?:[^_]+-[^_]*_)*?)(?:desc-([A-Za-z0-9]+)_)?([A-Za-z0-9]+)$/;

/** Names of the original: `8_T2_map`, `8_T1_SR_map`. */
const legacyName = /^[A-Za-z0-9-]+_(T1|T2|T2star|R1|R2|R2star|ADC)(?:_SR)?_map$/;

/** A well-known quantity somewhere in a name that is none of the above: `t2map_128x96`, `kidney-ADC`. */
const loose: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[^a-z0-9])t2(?:star|\*|s)[ _-]?(?:map)?(?:$|[^a-z0-9])/i, "T2star"],
  [/(?:^|[^a-z0-9])t2[ _-]?map(?:$|[^a-z0-9])/i, "T2"],
  [/(?:^|[^a-z0-9])t1[ _-]?map(?:$|[^a-z0-9])/i, "T1"],
  [/(?:^|[^a-z0-9])r2(?:star|\*)[ _-]?(?:map)?(?:$|[^a-z0-9])/i, "R2star"],
  [/(?:^|[^a-z0-9])r2[ _-]?map(?:$|[^a-z0-9])/i, "R2"],
  [/(?:^|[^a-z0-9])r1[ _-]?map(?:$|[^a-z0-9])/i, "R1"],
  [/(?:^|[^a-z0-9])adc(?:[ _-]?map)?(?:$|[^a-z0-9])/i, "ADC"],
  [/(?:^|[^a-z0-9])fa(?:[ _-]?map)?(?:$|[^a-z0-9])/i, "FA"],
  [/(?:^|[^a-z0-9])md(?:[ _-]?map)?(?:$|[^a-z0-9])/i, "MD"],
];

/** What is left out of a folder unless it is named, by the last words of a name; the first that fits counts. */
const leftOut: readonly (readonly [RegExp, MapKind])[] = [
  [/(?:^|[_-])(?:mask|dseg|probseg|labels?|seg|segmentation|rois?)\d*$/i, "mask or labels"],
  [/(?:^|[_-])(?:stderr|stderror|se|std|stddev|sd|err|error)(?:[_-]?map)?$/i, "standard error"],
  [
    /(?:^|[_-])(?:rsquared|r[_-]squared|rsq|adjr2|rmse|residuals?|chi2|chisq(?:uared?)?|sse)(?:[_-]?map)?$/i,
    "quality of fit",
  ],
  [/(?:^|[_-])(?:V[123]|tensor|colFA|dec|evecs?)$/i, "vector or tensor"],
  [
    /(?:^|[_-])(?:[A-Z]?[A-Za-z0-9*]*(?:T1|T2|T2star|PD|FLAIR)w|dwi|bold|sbref|asl|epi|MESE|MEGRE|VFA|IRT1|MP2RAGE|UNIT1|phase\d?|magnitude\d?)$/,
    "measured image",
  ],
];

/** @param stem - name of the file without folder and ending */
export function recognizeMap(stem: string): RecognizedMap {
  const parts = bids.exec(stem);
  const [, prefix = "", description = "", suffix = ""] = parts ?? [];
  const known = readSuffix(suffix);
  if (known !== undefined) {
    const kind = kindOfDescription(description);
    const name = description === "" ? suffix : `desc-${description}_${suffix}`;
    const quantity = description === "" ? known.symbol : description;
    return { kind, prefix, description, suffix, name, quantity, legacy: false };
  }
  const other = { prefix, description, suffix, name: stem };
  if (suffix === "dseg" && description === "status") {
    return { ...other, kind: "status", quantity: undefined, legacy: false };
  }
  const legacy = legacyName.exec(stem)?.[1];
  if (legacy !== undefined) return { ...other, kind: "map", quantity: legacy, legacy: true };
  const kind = leftOut.find(([pattern]) => pattern.test(stem))?.[1];
  if (kind !== undefined) return { ...other, kind, quantity: undefined, legacy: false };
  const quantity = loose.find(([pattern]) => pattern.test(stem))?.[1];
  return { ...other, kind: quantity === undefined ? "unknown" : "map", quantity, legacy: false };
}

function kindOfDescription(description: string): MapKind {
  if (description.startsWith("stderr")) return "standard error";
  return description === "rsquared" || description === "rmse" ? "quality of fit" : "map";
}
