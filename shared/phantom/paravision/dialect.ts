/** A version of ParaVision whose files can be written. */
export type ParaVisionVersion = "5.1" | "6.0.1" | "7.0.0" | "360.1.1" | "360.3.6";

/** How a version of ParaVision writes its parameter files. */
export interface Dialect {
  readonly version: ParaVisionVersion;
  readonly title: string;
  readonly origin: string;
  readonly encoding: "latin1" | "utf8";
  /** Repetitions in arrays as `@N*(v)`. */
  readonly runLength: boolean;
  /** A comment after `##END=`. */
  readonly trailer: boolean;
  /** Significant digits of numbers that are not integers. */
  readonly digits: number;
  /** Dates as ISO 8601 with a zone; `12:20:46 30 Nov 2011` without one otherwise. */
  readonly zonedDates: boolean;
  /** VisuVersion. */
  readonly visuVersion: number;
  /** ACQ_sw_version. */
  readonly acquisitionSoftware: string;
}

const origin = "Bruker BioSpin MRI GmbH";

/** The dialects, as measured on files of these versions; that of 7.0.0 on published files. */
export const dialects: Readonly<Record<ParaVisionVersion, Dialect>> = {
  "5.1": {
    version: "5.1",
    title: "Parameter List",
    origin,
    encoding: "latin1",
    runLength: false,
    trailer: false,
    digits: 15,
    zonedDates: false,
    visuVersion: 1,
    acquisitionSoftware: "PV 5.1",
  },
  "6.0.1": {
    version: "6.0.1",
    title: "Parameter List, ParaVision 6.0.1",
    origin,
    encoding: "latin1",
    runLength: false,
    trailer: true,
    digits: 15,
    zonedDates: true,
    visuVersion: 3,
    acquisitionSoftware: "PV 6.0.1",
  },
  "7.0.0": {
    version: "7.0.0",
    title: "Parameter List, ParaVision 7.0.0",
    origin,
    encoding: "latin1",
    runLength: false,
    trailer: true,
    digits: 15,
    zonedDates: true,
    visuVersion: 3,
    acquisitionSoftware: "PV-7.0.0",
  },
  "360.1.1": {
    version: "360.1.1",
    title: "Parameter List, ParaVision 360 V1.1",
    origin,
    encoding: "utf8",
    runLength: true,
    trailer: true,
    digits: 17,
    zonedDates: true,
    visuVersion: 4,
    acquisitionSoftware: "PV-360.1.1",
  },
  "360.3.6": {
    version: "360.3.6",
    title: "Parameter List, ParaVision 360 V3.6",
    origin: "Bruker BioSpin GmbH & Co. KG",
    encoding: "utf8",
    runLength: true,
    trailer: true,
    digits: 17,
    zonedDates: true,
    visuVersion: 8,
    acquisitionSoftware: "PV-360.3.6",
  },
};

/** Whether a version is one of ParaVision 360: other names, other forms of the same parameters. */
export function isParaVision360(version: ParaVisionVersion): boolean {
  return version.startsWith("360");
}
