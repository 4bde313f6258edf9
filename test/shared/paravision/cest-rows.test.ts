import { describe, expect, test } from "vitest";
import { encodeAttributes } from "#shared/dicom/encode-attributes.ts";
import { cestRows } from "#shared/paravision/cest-rows.ts";
import { contrastRows } from "#shared/paravision/contrast-rows.ts";
import {
  type MadeScan,
  makeScan,
  type RawTexts,
  rowValue,
  rowValues,
} from "../../phantom/raw-scan.ts";

/** Saturation with pulses of 5.0 ms by the parameters of ParaVision 6. */
const saturation: RawTexts = {
  Method: "<User:cestRARE>",
  PVM_FrqWork: "( 2 )\n300 0",
  PVM_MagTransOnOff: "On",
  PVM_MagTransPulse1Enum: "<gauss>",
  PVM_MagTransPulse1: "(5, 500, 180, Yes, 3, 100, 0.5, 0.5, 0, 50, 1.2, <gauss.exc>)",
  PVM_MagTransPower: "1.25",
  PVM_MagTransInterDelay: "5",
  PVM_MagTransPulsNumb: "100",
  PVM_MagTransModuleTime: "1000",
};

function cestScan(groups: string, frameCount: number, method: RawTexts): MadeScan {
  return makeScan(
    {
      VisuCoreFrameCount: String(frameCount),
      VisuFGOrderDesc: groups,
      VisuAcqRepetitionTime: "( 1 )\n3000",
    },
    { method: { ...saturation, ...method }, acqp: { ACQ_O2_list: "( 1 )\n1998.1" } },
  );
}

const hzOf = ({ scan }: MadeScan) => rowValues(cestRows, "CESTSaturationOffsetHz", scan);

describe("saturation offsets", () => {
  const list = { PVM_ppgFreqList1: "( 3 )\n-300 0 300" };

  test("run through the list again and again, by the index along the cycles", () => {
    const made = cestScan("( 1 )\n(6, <FG_CYCLE>, <>, 0, 0)", 6, list);
    expect(hzOf(made)).toEqual([-300, 0, 300, -300, 0, 300]);
    expect(rowValues(cestRows, "CESTSaturationOffsetPpm", made.scan)).toEqual([-1, 0, 1, -1, 0, 1]);
  });

  test("do not depend on the order of groups: echoes may be faster", () => {
    const groups = "( 2 )\n(2, <FG_ECHO>, <>, 0, 0) (3, <FG_CYCLE>, <>, 0, 0)";
    expect(hzOf(cestScan(groups, 6, list))).toEqual([-300, -300, 0, 0, 300, 300]);
  });

  test("of repetitions in a group of their own are those of the group that fits the list", () => {
    const groups = "( 2 )\n(2, <FG_REPETITION>, <>, 0, 0) (3, <FG_CYCLE>, <>, 0, 0)";
    expect(hzOf(cestScan(groups, 6, list))).toEqual([-300, -300, 0, 0, 300, 300]);
  });

  test("in ppm are turned into Hz with the working frequency", () => {
    const made = cestScan("( 1 )\n(3, <FG_CYCLE>, <>, 0, 0)", 3, {
      Fp_SatOffset: "( 3 )\n-3.5 0 3.5",
    });
    expect(hzOf(made)).toEqual([-1050, 0, 1050]);
  });

  test("a list of one value is no train: the one of ACQ_O2_list means nothing", () => {
    const made = cestScan("( 1 )\n(3, <FG_CYCLE>, <>, 0, 0)", 3, {});
    expect(hzOf(made)).toEqual([undefined, undefined, undefined]);
    expect(rowValue(cestRows, "CESTB1Saturation", made.scan)).toBe(1.25);
  });

  test("are repeated in the comment of the image", () => {
    const made = cestScan("( 1 )\n(3, <FG_CYCLE>, <>, 0, 0)", 3, list);
    expect(rowValue(contrastRows, "ImageComments", made.scan, 2)).toBe(
      "saturation offset 300 Hz (1 ppm)",
    );
  });
});

describe("the private block", () => {
  const made = cestScan("( 1 )\n(3, <FG_CYCLE>, <>, 0, 0)", 3, {
    PVM_ppgFreqList1: "( 3 )\n-300 0 300",
  });

  test("has the whole saturation, duty cycle, readout and recovery of a train", () => {
    const found = (keyword: Parameters<typeof rowValue>[1]) =>
      rowValue(cestRows, keyword, made.scan);
    expect(found("CESTMethod")).toBe("cestRARE");
    expect(found("CESTSaturationType")).toBe("CEST");
    expect(found("CESTSaturationLength")).toBe(995);
    expect(found("CESTDutyCycle")).toBe(0.5);
    expect(found("CESTReadoutTime")).toBe(2005);
    expect(found("CESTRecoveryTime")).toBeUndefined();
  });

  test("a module that lasts longer than its pulses is remarked", () => {
    const long = cestScan("( 1 )\n(3, <FG_CYCLE>, <>, 0, 0)", 3, {
      PVM_MagTransModuleTime: "2000",
    });
    rowValue(cestRows, "CESTSaturationLength", long.scan);
    expect(long.remarks.map(({ code }) => code)).toContain("cest-module-time");
  });

  test("no number is longer than a decimal string may be", () => {
    const values = Object.fromEntries(
      cestRows.flatMap(({ keyword }) => {
        const value = rowValue(cestRows, keyword, made.scan, 1);
        return value === undefined ? [] : [[keyword, value]];
      }),
    );
    for (const element of Object.values(encodeAttributes(values))) {
      if (element.vr !== "DS") continue;
      for (const text of element.Value ?? []) expect(String(text).length).toBeLessThanOrEqual(16);
    }
    expect(Object.keys(values).length).toBeGreaterThan(12);
  });

  test("is that of an old 3 T method with its own pulse, unless that is attenuated away", () => {
    const pulse = (attenuation: number) =>
      makeScan(
        {},
        {
          method: {
            Method: "<User:cest_RARE>",
            CestPulse: `(20, 137, 180, ${attenuation}, 100, 0, 50, 0.5, 0.5, 100, <gauss.exc>, 1)`,
            CestPulseEnum: "<Gauss>",
          },
        },
      ).scan;
    expect(rowValue(cestRows, "CESTPulseLength", pulse(20))).toBe(20);
    expect(rowValue(cestRows, "CESTPulseShape", pulse(20))).toBe("Gauss");
    expect(rowValue(cestRows, "CESTPulseLength", pulse(150))).toBeUndefined();
  });
});

test("a scan with the module on that is no CEST has no block", () => {
  const { scan } = makeScan({}, { method: { ...saturation, Method: "<Bruker:FLASH>" } });
  expect(cestRows.map(({ keyword }) => rowValue(cestRows, keyword, scan))).toEqual(
    cestRows.map(() => undefined),
  );
});
