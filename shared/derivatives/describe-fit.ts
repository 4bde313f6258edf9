import type { ModelSheet } from "#shared/models/signal-model.ts";
import { describeProgram, digestInput, resultOptions } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { type Unit, unitEntry } from "#shared/units.ts";
import type { FitToWrite } from "./fit-to-write.ts";
import { describeAcquisition } from "./sidecar.ts";

const usualAlgorithm = "variable projection with a global search of the rate";

/** What every sidecar of a fit says: program, source, acquisition, model, noise, counts. */
export function describeFit(work: FitToWrite, context: ProgramContext): Record<string, unknown> {
  const { series, sheet, fit, labels, noise, mask } = work;
  const { identity } = series;
  return {
    GeneratedBy: [describeGenerator(context)],
    SourceFiles: identity.files.length,
    SourceDigest: digestInput(identity),
    SourceLabels: labels,
    SeriesInstanceUID: identity.seriesInstanceUID,
    SeriesDescription: identity.seriesDescription,
    ...describeAcquisition(series.acquisition),
    UsedIndices: work.contrasts.map((index) => index + 1),
    Model: sheet.name,
    ModelEquation: sheet.equation,
    ModelReason: work.modelReason,
    EstimationAlgorithm: `${sheet.label}; ${sheet.algorithm ?? usualAlgorithm}`,
    EstimationReference: sheet.references.map((reference) => reference.doi ?? reference.text),
    Parameters: describeParameters(sheet),
    FixedParameters: work.fixed,
    NoiseSigma: noise.sigma,
    NoiseSigmaSource: noise.source,
    Mask: mask.source,
    VoxelCounts: fit.tally,
    Warnings: work.warnings,
    Options: Object.fromEntries(
      Object.entries(resultOptions(work.options, context.given)).map(([name, { value }]) => [
        name,
        value,
      ]),
    ),
  };
}

/** A parameter as documents name it. */
export interface ParameterText {
  readonly symbol: string;
  readonly label: string;
  readonly unit: Unit;
  /** In words; not of vectors and tensors. */
  readonly bounds?: string;
}

/** The parameters with a map, and the vectors and tensors whose components have none. */
export function describeParameters({
  parameters,
  composites = [],
}: ModelSheet): readonly ParameterText[] {
  const components = new Set(composites.flatMap((composite) => composite.components));
  return [
    ...parameters
      .filter(({ symbol }) => !components.has(symbol))
      .map(({ symbol, label, unit, bounds }) => ({ symbol, label, unit, bounds })),
    ...composites.map((composite) => {
      const first = parameters.find(({ symbol }) => symbol === composite.components[0]);
      if (first === undefined) throw new Error(`the sheet has no ${composite.components[0]}`);
      return { symbol: composite.name, label: composite.label, unit: first.unit };
    }),
  ];
}

/** The program, as BIDS' GeneratedBy wants it. */
export function describeGenerator(context: ProgramContext): Record<string, unknown> {
  const { name, version, commit, node, containerImage } = describeProgram(context);
  const container =
    typeof containerImage === "string"
      ? { Container: { Type: "docker", Tag: containerImage } }
      : {};
  return { Name: name, Version: version, Commit: commit, NodeVersion: node, ...container };
}

/** The description in a NIfTI header: `Map T2 [s] process-t2 1.0.0`. */
export function describeFile(name: string, unit: Unit, { program }: ProgramContext): string {
  const ascii = name.replace("²", "2");
  return `Map ${ascii} [${unitEntry(unit).bids}] ${program.name} ${program.version}`.slice(0, 79);
}
