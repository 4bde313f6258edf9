import type { Fact, OptionValue, Reference, ReportFile, Verdict } from "./report-content.ts";

/** A picture of a series, as the bytes of a PNG. */
export interface Thumbnail {
  readonly png: Uint8Array;
  /** Width over height of the picture in mm. */
  readonly aspect: number;
}

/** One DICOM series of the result. */
export interface ConvertedCard {
  /** SeriesNumber. */
  readonly number: number;
  readonly title: string;
  /** `5/2`: examination and reconstruction. */
  readonly place: string;
  /** `5 slices × 11 echoes`, `128 × 128 pixels of 0.2 × 0.2 mm`. */
  readonly facts: readonly string[];
  readonly thumbnail?: Thumbnail | undefined;
  /** Was there already. */
  readonly current: boolean;
  readonly remarks: readonly ConversionRemark[];
}

/** A remark: one that only explains, or one that a person should look at. */
export interface ConversionRemark extends CodedText {
  readonly explains: boolean;
}

/** A code with what was found. */
export interface CodedText {
  readonly code: string;
  readonly text: string;
}

/** Something of the raw data that became no DICOM. */
export interface LeftOutRow extends CodedText {
  readonly place: string;
  readonly name: string;
  readonly failed: boolean;
}

/** Where the values of a series came from. */
export interface OriginRow {
  readonly place: string;
  /** `EchoTime`. */
  readonly keyword: string;
  readonly from: string;
}

/** One study of the raw data. */
export interface ConvertedStudy {
  /** `M01 · 20240131_M01`. */
  readonly title: string;
  readonly note: string;
  readonly cards: readonly ConvertedCard[];
  readonly leftOut: readonly LeftOutRow[];
  readonly origins: readonly OriginRow[];
}

/** Everything the page about a conversion says; `renderConversionReport` makes the page. */
export interface ConversionReportContent {
  readonly title: string;
  readonly program: { readonly name: string; readonly version: string };
  readonly verdict: Verdict;
  readonly header: readonly Fact[];
  readonly studies: readonly ConvertedStudy[];
  /** What a code means, by code. */
  readonly meanings: ReadonlyMap<string, string>;
  readonly options: readonly OptionValue[];
  readonly software: readonly Fact[];
  readonly citations: readonly Reference[];
  readonly files: readonly ReportFile[];
}
