import { readSourceLabels } from "#shared/derivatives/source-labels.ts";
import { describeProgram, resultOptions } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type {
  RegionMap,
  RegionMeasurement,
  RegionReference,
  RegionRemark,
  RegionReportContent,
  RegionStatus,
  ReportRegion,
} from "#shared/report/region-content.ts";
import type { Fact } from "#shared/report/report-content.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import { describeMeanCurves } from "./describe-mean-curves.ts";
import { drawShapes } from "./draw-shapes.ts";
import type { RunJudgement } from "./judge-run.ts";
import { listExclusions } from "./list-exclusions.ts";
import type { MeasuredRegion } from "./measure-regions.ts";
import { decidingOptions, regionRules } from "./record-run.ts";
import type { Region } from "./region.ts";
import type { Regions } from "./work.ts";

/** Everything the report of a run says. */
export function describeReport(
  work: Regions,
  { verdict }: RunJudgement,
  warnings: readonly Warning[],
  summary: unknown,
  context: ProgramContext,
): RegionReportContent {
  const { collections, references, maps, regions, measured, lay, options, image } = work;
  const series = references.series[0];
  const position = new Map(regions.map((region, n) => [region, n]));
  return {
    title: "Region statistics",
    program: context.program,
    verdict,
    header: describeHeader(work),
    remarks: [...describeRemarks(work), ...warnings.map(asRemark)],
    sources: collections.map(({ name, path, kind, equipment, uid, sha256 }) => ({
      ...{ name, path, kind },
      facts: describeEquipment(equipment, uid, sha256),
    })),
    regions: regions.map((region) => describeRegion(region, measured)),
    reference: image === undefined ? undefined : describeReference(work, image.samples),
    maps: maps.map(
      (map): RegionMap => ({
        ...{ planes: map.planes, samples: map.samples, name: map.quantity, unit: map.unit },
        label: map.path,
        kind: "value",
        shapes: drawShapes(regions, map.planes, lay),
        relation: [],
      }),
    ),
    measurements: measured.map((one) => describeMeasurement(one, position.get(one.region)!, work)),
    meanCurves: describeMeanCurves(work),
    geometry: [],
    rules: Object.entries(regionRules(work)).map(([label, value]) => ({ label, value })),
    files: context.output.files
      .filter(({ path }) => /statistics|dicom|masked|_dseg\.nii/.test(path))
      .map(({ path, size }) => ({ path: `../${path}`, bytes: size })),
    provenance: {
      options: Object.entries(resultOptions(decidingOptions(options), context.given)).map(
        ([name, { value, given }]) => ({ name, value: describeOption(value), isDefault: !given }),
      ),
      software: describeSoftware(context),
      seriesInstanceUID: series?.seriesInstanceUID ?? "",
      inputs: [
        ...collections.map(({ path, sha256, uid }) => ({ path, sha256, sopInstanceUID: uid })),
        ...maps.map(({ path, sha256 }) => ({ path, sha256, sopInstanceUID: "" })),
        ...(series?.identity.files ?? []),
      ],
    },
    summary,
  };
}

function describeHeader({ references, maps, collections }: Regions): readonly Fact[] {
  const identity = references.series[0]?.identity;
  const labels = identity === undefined ? undefined : readSourceLabels(identity);
  const facts: readonly Fact[] = [
    { label: "Project", value: labels?.project ?? "" },
    { label: "Subject", value: labels?.subject ?? "" },
    { label: "Session", value: labels?.session ?? "" },
    { label: "Regions drawn on", value: identity?.seriesDescription ?? "" },
    { label: "Collections", value: collections.map(({ name, path }) => name || path).join(", ") },
    { label: "Maps", value: maps.map(({ name }) => name).join(", ") },
  ];
  return facts.filter(({ value }) => value !== "");
}

function describeEquipment(
  { manufacturer, model, version }: { manufacturer: string; model: string; version: string },
  uid: string,
  sha256: string,
): readonly Fact[] {
  const made = [manufacturer, model, version].filter((text) => text !== "").join(" ");
  const facts = [
    { label: "Made by", value: made },
    { label: "UID", value: uid },
    { label: "SHA-256", value: sha256 },
  ];
  return facts.filter(({ value }) => value !== "");
}

const severities: readonly RegionStatus[] = [
  ...(["failed", "no-area", "outside", "sub-voxel", "partial", "warning", "ok"] as const),
];

function describeRegion(region: Region, measured: readonly MeasuredRegion[]): ReportRegion {
  const own = measured.filter((one) => one.region === region);
  const worst = severities.find((status) =>
    own.some(({ judgement }) => judgement.status === status),
  );
  const { placed, roi, source } = region;
  const spacing = placed?.reference.planes.spacing;
  const area = placed?.outlines.netAreaMm2 ?? Number.NaN;
  return {
    ...{ source, number: roi.number, name: roi.name, colour: roi.colour },
    status: worst ?? "ok",
    reasons: [
      ...new Set(own.map(({ judgement }) => judgement.reason).filter((reason) => reason !== "")),
    ],
    slices: placed?.outlines.slices.length ?? own[0]?.geometry.slices.length ?? 0,
    areaMm2: area,
    volumeMm3: spacing === undefined ? Number.NaN : area * spacing,
  };
}

function describeReference(
  { references, regions, lay }: Regions,
  samples: Float32Array,
): RegionReference {
  const { planes, seriesDescription, seriesInstanceUID } = references.series[0]!;
  return {
    ...{ planes, samples, unit: "arbitrary" },
    label: seriesDescription || seriesInstanceUID,
    shapes: drawShapes(regions, planes, lay),
  };
}

function describeMeasurement(
  { map, measurement, judgement, insideShare, geometry }: MeasuredRegion,
  region: number,
  { maps }: Regions,
): RegionMeasurement {
  const { firstOrder: s, exclusions, errors } = measurement;
  const number = (value: number | null) => value ?? Number.NaN;
  return {
    ...{ region, map, status: judgement.status },
    reasons: judgement.reason === "" ? [] : [judgement.reason],
    ...{ voxels: measurement.nVoxels, valid: s.n },
    excluded: listExclusions(exclusions, maps[map]!),
    insideShare,
    volumeMm3: geometry.volumeMm3 ?? Number.NaN,
    mean: number(s.mean),
    standardDeviation: number(s.sd),
    standardError: number(errors.ofMean ?? s.sem),
    minimum: number(s.min),
    p5: number(s.p5),
    p25: number(s.p25),
    median: number(s.median),
    p75: number(s.p75),
    p95: number(s.p95),
    maximum: number(s.max),
    values: measurement.sorted,
  };
}

function describeRemarks({ diagnostics, regions, collections }: Regions): readonly RegionRemark[] {
  return diagnostics.map((diagnostic: Diagnostic): RegionRemark => {
    const source = collections.findIndex(({ path }) => path === diagnostic.collection);
    const region = regions.findIndex(
      (one) => one.source === source && one.index === diagnostic.roi,
    );
    return {
      ...{ code: diagnostic.code, text: diagnostic.text, severity: diagnostic.severity },
      source: source < 0 ? undefined : source,
      region: region < 0 ? undefined : region,
      ...{ contour: diagnostic.contour, plane: diagnostic.plane },
    };
  });
}

function asRemark({ code, text }: Warning): RegionRemark {
  return { code, text, severity: "warning" };
}

function describeSoftware(context: ProgramContext): readonly Fact[] {
  const { version, commit, containerImage, node } = describeProgram(context);
  return [
    { label: "Program", value: `${context.program.name} ${String(version)}` },
    { label: "Commit", value: String(commit) },
    { label: "Container image", value: String(containerImage ?? "none (run from a checkout)") },
    { label: "Node", value: String(node) },
  ];
}

function describeOption(value: unknown): string {
  if (value === null || value === undefined) return "not set";
  return Array.isArray(value) ? value.join(", ") : String(value);
}
