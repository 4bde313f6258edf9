import { countAlong, type GroupChoice } from "./group-index.ts";
import { numbersOf, wordOf } from "./jcamp.ts";
import type { RawScan } from "./raw-scan.ts";
import type { SaturationModule } from "./saturation-module.ts";

/** A list of frequency offsets in the files of a scan. */
export interface OffsetList {
  readonly name: string;
  /** Path of its file. */
  readonly file: string;
  readonly offsetsHz: readonly number[];
}

/** Which offset each image was saturated with. */
export interface SaturationOffsets extends OffsetList {
  /** The groups whose indices together run through the list, again and again. */
  readonly along: GroupChoice;
  /** Images of each repetition before those of the list, which have no offset: 0 or 1. */
  readonly references: number;
}

/** Groups that hold images of one and the same saturation. */
const notSaturation: ReadonlySet<string> = new Set([
  ...["FG_SLICE", "FG_ECHO", "FG_COIL", "FG_COMPLEX", "FG_IRMODE", "FG_ISA", "FG_DTI"],
  ...["FG_CARDIAC_MOVIE", "FG_RESP_MOVIE", "FG_FLOW", "FG_ORIENT"],
]);

/**
 * Every offset list of a scan, in order of preference, with what it holds in Hz.
 *
 * @param mhz - working frequency, which lists in ppm need
 */
export function offsetLists(scan: RawScan, mhz: number | undefined): readonly OffsetList[] {
  const { method, acqp } = scan;
  const perHz = (name: string) => ({ name, numbers: numbersOf(method, name), factor: 1 });
  const perPpm = (name: string) => ({ name, numbers: numbersOf(method, name), factor: mhz });
  const unit = wordOf(method, "PVM_SatTransFreqUnit");
  const lists = [
    perHz("PVM_SatTransFL"),
    (unit === "unit_ppm" ? perPpm : perHz)("PVM_SatTransFreqValues"),
    ...["PVM_ppgFreqList1", "MT_Offsets_NoM0", "SatFreqList", "Fp_SatOffsetHz"].map(perHz),
    perPpm("Fp_SatOffset"),
    { name: "ACQ_O2_list", numbers: numbersOf(acqp, "ACQ_O2_list"), factor: 1 },
    perHz("PVM_MagTransFL"),
  ];
  return lists.flatMap(({ name, numbers, factor }) =>
    numbers === undefined || numbers.length === 0 || factor === undefined
      ? []
      : [
          {
            ...{ name, file: (name.startsWith("ACQ_") ? acqp : method)?.path ?? "" },
            offsetsHz: numbers.map((value) => value * factor),
          },
        ],
  );
}

/**
 * The list that fits the images. offset = list[index along the cycles mod length]: the whole list is repeated, as the minima of
 * Z-spectra of two real scans (176 and 264 images of 44 offsets) prove. A list of one value is a fixed offset, no train: in
 * those scans ACQ_O2_list and PVM_MagTransFL are such, and mean nothing.
 *
 * @returns undefined when none fits, after a remark
 */
export function fitOffsets(
  scan: RawScan,
  module: SaturationModule,
  lists: readonly OffsetList[],
): SaturationOffsets | undefined {
  const { visu, method, findings } = scan;
  const trains = lists.filter(({ offsetsHz }) => offsetsHz.length > 1);
  const hasReference =
    wordOf(method, "PVM_SatTransRefScan") === "On" || /^(On|Yes)$/.test(wordOf(method, "M0Option"));
  const all: GroupChoice = ({ id }) => !notSaturation.has(id);
  const single = visu.groups.filter(all).map(
    (group): GroupChoice =>
      (other) =>
        other === group,
  );
  for (const list of trains) {
    const { length } = list.offsetsHz;
    for (const references of hasReference ? [1, 0] : [0]) {
      for (const along of [...single, all]) {
        if (countAlong(visu.groups, along) % (length + references) !== 0) continue;
        if (references === 1) remarkReference(scan);
        findings.source("CESTSaturationOffsetHz", `${list.name} of ${list.file}`);
        return { ...list, along, references };
      }
    }
  }
  if (trains.length > 0) {
    const found = trains.map(({ name, offsetsHz }) => `${name} with ${offsetsHz.length}`);
    const cycles = countAlong(visu.groups, all);
    findings.remark(
      "cest-list-mismatch",
      `${found.join(", ")} offsets, ${cycles} images of each slice: none of the lists fits.`,
    );
    return undefined;
  }
  const own = lists.find(({ name }) => name.startsWith(`PVM_${module.family}F`));
  if (own === undefined) return undefined;
  findings.source("CESTSaturationOffsetHz", `${own.name} of ${own.file}`);
  return { ...own, along: all, references: 0 };
}

function remarkReference(scan: RawScan): void {
  scan.findings.remark(
    "cest-reference-assumed",
    "PVM_SatTransRefScan is On: the first image of each repetition of the list is taken for the reference scan.",
  );
}
