import { describe, expect, test } from "vitest";
import { writtenAttributes } from "#shared/dicom/written-attributes.ts";
import { cestRows } from "#shared/paravision/cest-rows.ts";
import { contrastRows } from "#shared/paravision/contrast-rows.ts";
import {
  type MadeScan,
  makeScan,
  type RawTexts,
  rowValue,
  rowValues,
} from "../phantom/raw-scan.ts";
import {
  haveTables,
  planes,
  readTable,
  repetitionCases,
  repetitionScan,
  type TableEntries,
  textsOf,
} from "./raw-tables.ts";

// Tables of parameters for scans whose pixels do not exist: T1 by repetition times in four layouts of public studies, and CEST.

describe.skipIf(!haveTables)("T1 by a list of repetition times", () => {
  test.each(repetitionCases)("$id: TR, TE and number of every frame", (made) => {
    const { scan, remarks } = repetitionScan(made);
    const { RepetitionTime, AcquisitionNumber, EchoTime } = made.frameTable;
    expect(rowValues(contrastRows, "RepetitionTime", scan)).toEqual(RepetitionTime);
    expect(rowValues(contrastRows, "AcquisitionNumber", scan)).toEqual(AcquisitionNumber);
    if (EchoTime !== undefined) {
      expect(rowValues(contrastRows, "EchoTime", scan)).toEqual(EchoTime);
    }
    expect(remarks).toEqual([]);
  });

  test.each(repetitionCases)(
    "$id: without VisuAcqRepetitionTime the method's MultiRepTime stands in",
    (made) => {
      const { scan, missing } = repetitionScan(made, { VisuAcqRepetitionTime: "" });
      const { RepetitionTime } = made.frameTable;
      expect(rowValues(contrastRows, "RepetitionTime", scan)).toEqual(RepetitionTime);
      expect(missing).toContain("VisuAcqRepetitionTime");
    },
  );
});

interface CestCase {
  readonly id: string;
  readonly family?: string;
  readonly groups: readonly (readonly [string, number])[];
  readonly offsetHzOfFrame: readonly (number | null)[];
  readonly offsetPpmOfFrame: readonly (number | null)[];
  readonly expectedDictionary: Readonly<Record<string, string | number>>;
  readonly timing: Readonly<Record<string, number | null>>;
  readonly "visu_pars overrides": RawTexts;
  readonly "method overrides": RawTexts;
}

interface CestTable {
  readonly "method block as found (PV 360.3.6, Off)": TableEntries;
  readonly cases: readonly CestCase[];
}

const cestElements = cestRows.map(({ keyword }) => keyword);

describe.skipIf(!haveTables)("CEST", () => {
  const table = haveTables ? readTable<CestTable>("cest_trains.json") : undefined;
  const cases = table?.cases.filter(({ family }) => family !== undefined) ?? [];

  function scanOf(made: CestCase, method: RawTexts = {}, visu: RawTexts = {}): MadeScan {
    return makeScan(
      { ...planes(made.groups), ...made["visu_pars overrides"], ...visu },
      {
        method: {
          Method: made.family === "SatTrans" ? "<Bruker:RARE>" : "<User:cestFISP_Pagel5>",
          ...textsOf(table!["method block as found (PV 360.3.6, Off)"]),
          ...(made.family === "MagTrans" && {
            PVM_FrqWork: "( 8 )\n300.319057478109 0 0 0 0 0 0 0",
          }),
          ...made["method overrides"],
          ...method,
        },
      },
    );
  }

  test.each(cases)("$id: offsets and private block of every frame", (made) => {
    const { scan, remarks } = scanOf(made);
    const hz = rowValues(cestRows, "CESTSaturationOffsetHz", scan);
    const ppm = rowValues(cestRows, "CESTSaturationOffsetPpm", scan);
    for (const [frame, wanted] of made.offsetHzOfFrame.entries()) {
      if (wanted === null) {
        expect([frame, hz[frame], ppm[frame]]).toEqual([frame, undefined, undefined]);
        continue;
      }
      expect(hz[frame]).toBeCloseTo(wanted, 6);
      expect(ppm[frame]).toBeCloseTo(made.offsetPpmOfFrame[frame]!, 6);
    }
    for (const [tag, wanted] of Object.entries(made.expectedDictionary)) {
      const keyword = cestElements.find(
        (name) => writtenAttributes[name][0] === tag.replace(/[(),]/g, ""),
      )!;
      const found = rowValue(cestRows, keyword, scan);
      if (typeof wanted === "string") expect([tag, found]).toEqual([tag, wanted]);
      else expect(found).toBeCloseTo(wanted, 9);
    }
    const readout = made.timing["readoutMs (TR - saturation) / slices"];
    expect(rowValue(cestRows, "CESTReadoutTime", scan)).toBe(readout ?? undefined);
    const codes = remarks.map(({ code }) => code);
    expect(codes.includes("cest-reference-assumed")).toBe(made.id.includes("reference"));
    expect(codes).not.toContain("cest-list-mismatch");
  });

  const [first] = cases;

  test("count_does_not_fit: no offsets, and a remark with both counts", () => {
    const { scan, remarks } = scanOf(
      first!,
      {},
      {
        VisuCoreFrameCount: "20",
        VisuFGOrderDesc: "( 1 )\n(20, <FG_CYCLE>, <>, 0, 0)",
      },
    );
    const hz = rowValues(cestRows, "CESTSaturationOffsetHz", scan);
    expect(hz).toEqual(hz.map(() => undefined));
    expect(rowValue(cestRows, "CESTB1Saturation", scan)).toBe(2);
    const remark = remarks.find(({ code }) => code === "cest-list-mismatch");
    expect(remark?.text).toMatch(/19 offsets.* 20 images/);
  });

  test("module_off: no private block at all", () => {
    const { scan } = scanOf(first!, {
      PVM_SatTransOnOff: "Off",
      PVM_SatTransFL: "( 1 )\n1500",
      PVM_SatTransFreqValues: "( 1 )\n1500",
    });
    const found = cestElements.map((keyword) => rowValue(cestRows, keyword, scan));
    expect(found).toEqual(cestElements.map(() => undefined));
  });

  test("mtc_single_offset: no private block, for neither type nor list shows CEST", () => {
    const { scan } = scanOf(first!, {
      PVM_SatTransType: "MTC",
      PVM_SatTransFreqUnit: "unit_hz",
      PVM_SatTransFL: "( 1 )\n1500",
      PVM_SatTransFreqValues: "( 1 )\n1500",
    });
    const found = cestElements.map((keyword) => rowValue(cestRows, keyword, scan));
    expect(found).toEqual(cestElements.map(() => undefined));
  });

  test("a train of Z-spectrum offsets is written as CEST, whatever the type says", () => {
    const { scan } = scanOf(first!, { PVM_SatTransType: "MTC" });
    expect(rowValue(cestRows, "CESTSaturationType", scan)).toBe("MTC");
    expect(rowValue(cestRows, "CESTMeasurementNumber", scan)).toBe(19);
  });

  test("duty cycle in percent and the login as creator are options", () => {
    const train = cases.find(({ id }) => id === "train_hz_three_slices")!;
    const made = scanOf(train).scan;
    const scan = {
      ...made,
      choices: { ...made.choices, dutyCycle: "percent" as const, cestCreator: "owner" },
    };
    expect(rowValue(cestRows, "CESTDutyCycle", scan)).toBe(50);
    expect(rowValue(cestRows, "CESTPrivateCreator", scan)).toBe("nmr");
    expect(rowValue(cestRows, "CESTPrivateCreator", made)).toBe("CEST Creator");
  });
});
