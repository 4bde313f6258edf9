import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AttributeValue } from "#shared/dicom/encode-attributes.ts";
import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";
import type { ParameterFile } from "#shared/paravision/parameter-file.ts";
import { parseParameterFile } from "#shared/paravision/parse-parameter-file.ts";
import type { ConversionChoices, RawScan, Remark } from "#shared/paravision/raw-scan.ts";
import { readVisu } from "#shared/paravision/read-visu.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import type { MappingRow, SeriesPart } from "#shared/paravision/series-plan.ts";

/** A scan for tests, and what was found while it was read. */
export interface MadeScan {
  readonly scan: RawScan;
  readonly remarks: readonly Remark[];
  readonly sources: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
}

/** Values as they follow `##$Name=` in a file. */
export type RawTexts = Readonly<Record<string, string>>;

export const defaultChoices: ConversionChoices = {
  uids: "derived",
  seriesNumber: "exam-proc",
  bValue: "effective",
  dutyCycle: "fraction",
  cestCreator: "CEST Creator",
  uniformSlope: false,
  objects: "classic",
  bodyPart: "WHOLEBODY",
  identity: {},
};

/** One slice of 2 x 2 pixels; what a test says stands instead. */
const base: RawTexts = {
  VisuCreatorVersion: "( 65 )\n<6.0.1>",
  VisuCoreFrameCount: "1",
  VisuCoreDim: "2",
  VisuCoreSize: "( 2 )\n2 2",
  VisuCoreDimDesc: "( 2 )\nspatial spatial",
  VisuCoreExtent: "( 2 )\n20 20",
  VisuCoreFrameThickness: "( 1 )\n1",
  VisuCoreUnits: "( 2, 65 )\n<mm> <mm>",
  VisuCoreOrientation: "( 1, 9 )\n1 0 0 0 1 0 0 0 1",
  VisuCorePosition: "( 1, 3 )\n-10 -10 0",
  VisuCoreWordType: "_16BIT_SGN_INT",
  VisuCoreByteOrder: "littleEndian",
};

/** The text of a parameter file. */
export function parameterText(values: RawTexts, owner = "nmr"): string {
  const lines = Object.entries(values).map(([name, value]) => `##$${name}=${value}`);
  return ["##TITLE=Parameter List", `##OWNER=${owner}`, ...lines, "##END=", ""].join("\n");
}

/** A scan of made parameters. */
export function makeScan(
  visu: RawTexts,
  files: { method?: RawTexts; acqp?: RawTexts } = {},
  choices: Partial<ConversionChoices> = {},
): MadeScan {
  const texts = {
    visu_pars: { ...base, ...visu },
    ...(files.method && { method: files.method }),
    ...(files.acqp && { acqp: files.acqp }),
  };
  const bytes = new Map(
    Object.entries(texts).map(([name, values]) => [name, Buffer.from(parameterText(values))]),
  );
  return assemble((name) => bytes.get(name), choices);
}

/**
 * A scan of a folder `<examination>/pdata/<processing>` of the reference data.
 *
 */
export function readScan(folder: string, choices: Partial<ConversionChoices> = {}): MadeScan {
  const places: Readonly<Record<string, string>> = {
    visu_pars: join(folder, "visu_pars"),
    method: join(folder, "../../method"),
    acqp: join(folder, "../../acqp"),
  };
  return assemble((name) => {
    const path = places[name]!;
    return existsSync(path) ? readFileSync(path) : undefined;
  }, choices);
}

/** A scan of texts of whole files. */
export function assemble(
  read: (name: string) => Uint8Array | undefined,
  choices: Partial<ConversionChoices>,
): MadeScan {
  const parse = (name: string): ParameterFile | undefined => {
    const bytes = read(name);
    if (bytes === undefined) return undefined;
    const file = parseParameterFile(bytes, name);
    if (isSkip(file)) throw new Error(file.text);
    return file;
  };
  const visu = readVisu(parse("visu_pars")!);
  if (isSkip(visu)) throw new Error(visu.text);
  const [method, acqp] = [parse("method"), parse("acqp")];
  const remarks: Remark[] = [];
  const sources = new Map<string, string>();
  const missing: string[] = [];
  const file = { path: "2dseq", absolutePath: "/2dseq", size: 0 };
  const scan: RawScan = {
    reconstruction: { path: "", study: "", images: file, visuPars: { ...file, path: "visu_pars" } },
    visu,
    ...(method && { method }),
    ...(acqp && { acqp }),
    choices: { ...defaultChoices, ...choices },
    findings: {
      remark: (code, text) => remarks.push({ code, text }),
      source: (keyword, from) => sources.set(keyword, from),
      missing: (parameter) => missing.push(parameter),
    },
  };
  return { scan, remarks, sources, missing };
}

/** What a row says of a frame. */
export function rowValue(
  rows: readonly MappingRow[],
  keyword: WrittenKeyword,
  scan: RawScan,
  frame = 0,
  part: SeriesPart = {},
): AttributeValue | undefined {
  const row = rows.find((one) => one.keyword === keyword);
  if (row === undefined) throw new Error(`no row of ${keyword}`);
  const stored = {
    ...{ slope: 1, intercept: 0, smallest: 0, largest: 1, windowCenter: 0, windowWidth: 1 },
  };
  return row.value({ scan, part, frame, partition: 0, place: frame, stored });
}

/** What a row says of every frame. */
export function rowValues(
  rows: readonly MappingRow[],
  keyword: WrittenKeyword,
  scan: RawScan,
): readonly (AttributeValue | undefined)[] {
  return Array.from({ length: scan.visu.frameCount }, (_, frame) =>
    rowValue(rows, keyword, scan, frame),
  );
}
