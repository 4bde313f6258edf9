import { describe, expect, test } from "vitest";
import type { Diagnostic, DiagnosticCode, Severity } from "#shared/roi/diagnostic.ts";
import { isIncomplete, judgeRegion } from "../../../containers/mask-average/judge-region.ts";

const say = (code: DiagnosticCode, severity: Severity, text = "Why."): Diagnostic => ({
  code,
  severity,
  text,
});
const sound = {
  hasArea: true,
  voxels: 50,
  valid: 50,
  excluded: [],
  insideShare: 1,
  diagnostics: [],
};

describe("the status of a region", () => {
  test("is ok with nothing to say but remarks", () => {
    expect(judgeRegion(sound)).toEqual({ status: "ok", reason: "" });
    const noted = { ...sound, diagnostics: [say("NESTED_CLOSED_PLANAR_INTERPRETED", "info")] };
    expect(judgeRegion(noted).status).toBe("ok");
  });

  test("warns of few voxels and of what may change numbers", () => {
    expect(judgeRegion({ ...sound, voxels: 4, valid: 4 })).toEqual({
      status: "warning",
      reason: "It has 4 voxels only.",
    });
    const warned = { ...sound, diagnostics: [say("OVERLAPPING_CONTOURS", "warning", "Overlap.")] };
    expect(judgeRegion(warned)).toEqual({ status: "warning", reason: "Overlap." });
  });

  test("is partial when the map or a lost contour takes a part of it", () => {
    const cut = judgeRegion({ ...sound, insideShare: 0.61 });
    expect(cut.status).toBe("partial");
    expect(cut.reason).toContain("61.0");
    const lost = judgeRegion({
      ...sound,
      diagnostics: [say("BROKEN_CONTOUR", "error", "Broken.")],
    });
    expect(lost).toEqual({ status: "partial", reason: "Broken." });
  });

  test("names why there is no voxel", () => {
    const none = { ...sound, voxels: 0, valid: 0 };
    expect(judgeRegion({ ...none, insideShare: 0 }).status).toBe("outside");
    expect(judgeRegion(none).status).toBe("sub-voxel");
    const empty = { ...none, hasArea: false, insideShare: Number.NaN };
    expect(judgeRegion({ ...empty, diagnostics: [say("EMPTY_ROI", "warning")] }).status).toBe(
      "no-area",
    );
    expect(judgeRegion({ ...empty, diagnostics: [say("MIXED_XOR", "error")] }).status).toBe(
      "failed",
    );
    expect(judgeRegion({ ...empty, diagnostics: [say("OUT_OF_FOV", "error")] }).status).toBe(
      "outside",
    );
    const excluded = [
      { reason: "status 2, noise", count: 47 },
      { reason: "zero", count: 3 },
    ];
    expect(judgeRegion({ ...sound, valid: 0, excluded })).toEqual({
      status: "failed",
      reason: "None of its 50 voxels has a value that counts: 47 status 2, noise; 3 zero.",
    });
  });

  test("tells numbers that stand for the whole from those that do not", () => {
    expect(isIncomplete(judgeRegion(sound))).toBe(false);
    expect(isIncomplete(judgeRegion({ ...sound, insideShare: 0.5 }))).toBe(true);
  });
});
