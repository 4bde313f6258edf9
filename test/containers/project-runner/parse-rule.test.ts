import { describe, expect, test } from "vitest";
import { matchAttributes, matchListed } from "#containers/project-runner/match-rule.ts";
import { parseRule } from "#containers/project-runner/parse-rule.ts";
import { scanOf } from "./project-run.ts";

const rule = (text: string) => parseRule(text, "--t2-scans");

describe("the rule language", () => {
  test("knows properties of the listing, DICOM keywords and tags", () => {
    expect(
      rule("series=*MSME*|*T2map*, frames>=30,echotime<20,00180081!=5").conditions,
    ).toMatchObject([
      { field: "series", operator: "=", values: ["*MSME*", "*T2map*"] },
      { field: "frames", operator: ">=", values: ["30"] },
      { attribute: "EchoTime", operator: "<", values: ["20"] },
      { attribute: "00180081", operator: "!=", values: ["5"] },
    ]);
  });

  test("no text is a rule that takes every scan", () => {
    expect(matchListed(rule(" , "), scanOf("M01", "3"))).toEqual({ kind: "taken" });
  });

  test.each([
    ["MSME", "Write name, sign, value"],
    ["serie=*MSME*", "Did you mean series?"],
    ["frames>=many", "one number"],
    ["frames>=1|2", "one number"],
    ["series=", "has no value"],
    ["series=a||b", "has no value"],
    ["series==*MSME*", "has two signs"],
    ["frames=>30", "has two signs"],
    ["EchoTime<20ms", "one number"],
    ["EchoTim<20", "neither a property of a scan nor a DICOM keyword"],
  ])("%s is refused with advice", (text, advice) => {
    expect(() => rule(text)).toThrow(advice);
  });
});

describe("a scan", () => {
  const scan = scanOf("M01", "3", { seriesDescription: "T2_MSME (invivo)", frames: "160" });
  test.each([
    "series=*msme*",
    "series=*t2map*|t2?msme*",
    "frames=160.0",
    "frames>=160",
    "quality!=unusable",
    "scan=3|4",
    "modality=mr,type=MSME",
  ])("is taken by %s", (text) => {
    expect(matchListed(rule(text), scan)).toEqual({ kind: "taken" });
  });

  test.each([
    ["series=MSME", 'series is "T2_MSME (invivo)"; asked: series=MSME'],
    ["frames<160", 'frames is "160"; asked: frames<160'],
    ["type!=MSME|RARE", 'type is "MSME"; asked: type!=MSME|RARE'],
  ])("is left by %s, with the reason", (text, reason) => {
    expect(matchListed(rule(text), scan)).toEqual({ kind: "left", reason });
  });

  test("DICOM attributes are asked for only when the listing fits", () => {
    expect(matchListed(rule("type=RARE,EchoTime<20"), scan)).toMatchObject({ kind: "left" });
    expect(matchListed(rule("type=MSME,EchoTime<20,EchoTime>1"), scan)).toEqual({
      kind: "ask",
      attributes: ["EchoTime"],
    });
  });

  test("of several values one has to fit, and none with !=; what is absent is unequal", () => {
    const judge = (text: string, values: Record<string, string>) =>
      matchAttributes(rule(text), values).kind;
    expect(judge("EchoTime<15", { EchoTime: "30\\10" })).toBe("taken");
    expect(judge("EchoTime=10", { EchoTime: "30\\10.00" })).toBe("taken");
    expect(judge("EchoTime!=10", { EchoTime: "30\\10" })).toBe("left");
    expect(judge("EchoTime!=10", {})).toBe("taken");
    expect(judge("EchoTime>=0", {})).toBe("left");
  });
});
