import { indexAlong } from "./group-index.ts";
import { numberOf, numbersOf, textOf } from "./jcamp.ts";
import type { RawScan } from "./raw-scan.ts";
import { readSaturationModule, type SaturationModule } from "./saturation-module.ts";
import { fitOffsets, offsetLists, type SaturationOffsets } from "./saturation-offsets.ts";

/** The saturation of a CEST (or Z-spectrum) scan. */
export interface Saturation {
  readonly module: SaturationModule;
  /** Name of the method without `User:` or `Bruker:`. */
  readonly method: string;
  readonly offsets?: SaturationOffsets;
  /** Working frequency, MHz: Hz per ppm. */
  readonly mhz?: number;
}

const known = new WeakMap<RawScan, Saturation | undefined>();

/**
 * The saturation of a scan whose module is on and which is one of CEST: its type or method says so, or it runs through a list
 * of offsets; undefined for all others. The name of the protocol plays no part.
 */
export function saturationOf(scan: RawScan): Saturation | undefined {
  if (!known.has(scan)) known.set(scan, readSaturation(scan));
  return known.get(scan);
}

function readSaturation(scan: RawScan): Saturation | undefined {
  const module = readSaturationModule(scan);
  if (module === undefined) return undefined;
  const name = textOf(scan.method, "Method") || textOf(scan.visu.file, "VisuAcqSequenceName");
  const method = name.replace(/^\w+:/, "").replace(/ \(pvm\)$/, "");
  const mhz = workingFrequencyMhz(scan);
  const lists = offsetLists(scan, mhz);
  const saysSo = /cest/i.test(module.type) || /cest/i.test(method);
  if (!saysSo && !lists.some(({ offsetsHz }) => offsetsHz.length > 1)) return undefined;
  const offsets = fitOffsets(scan, module, lists);
  return { module, method, ...(offsets && { offsets }), ...(mhz !== undefined && { mhz }) };
}

function workingFrequencyMhz({ method, visu }: RawScan): number | undefined {
  const found =
    numbersOf(method, "PVM_FrqWork")?.[0] ?? numberOf(visu.file, "VisuAcqImagingFrequency");
  return found !== undefined && found > 0 ? found : undefined;
}

/** The saturation offset of a frame, Hz; undefined for reference images and where no list fits. */
export function offsetHzOf(scan: RawScan, frame: number): number | undefined {
  const offsets = saturationOf(scan)?.offsets;
  if (offsets === undefined) return undefined;
  const { offsetsHz, along, references } = offsets;
  const index = indexAlong(scan.visu.groups, along, frame) % (offsetsHz.length + references);
  return offsetsHz[index - references];
}
