import { expect, test } from "vitest";
import { checkEnhanced } from "#shared/paravision/check-enhanced.ts";
import { enhanceSeries } from "#shared/paravision/enhanced-series.ts";
import { echoImages, rawScan, seriesPlan } from "./enhanced-example.ts";

const scan = rawScan({});
const unknown = { ImagedNucleus: [], MagneticFieldStrength: [] };

test("measured images without nucleus or field are no Enhanced MR: neither is made up", () => {
  expect(checkEnhanced(scan, [seriesPlan(echoImages)])).toBeUndefined();
  const refused = checkEnhanced(scan, [seriesPlan(echoImages, unknown)]);
  expect(refused?.skip).toBe("not-enhanced");
  expect(refused?.text).toMatch(/the nucleus and the field strength.*--objects=classic/);
  const half = checkEnhanced(scan, [seriesPlan(echoImages, { MagneticFieldStrength: 0 })]);
  expect(half?.text).toMatch(/do not say the field strength \(/);
});

test("a map without nucleus and field is written without them", () => {
  const map = seriesPlan([{ ImagePositionPatient: [0, 0, 0] }], {
    ...unknown,
    ImageType: ["DERIVED", "PRIMARY", "T2 MAP", "T2"],
  });
  expect(checkEnhanced(scan, [map])).toBeUndefined();
  const [file] = enhanceSeries(scan, map);
  expect(file?.values).not.toHaveProperty("ResonantNucleus");
  expect(file?.values["MagneticFieldStrength"] ?? []).toEqual([]);
});
