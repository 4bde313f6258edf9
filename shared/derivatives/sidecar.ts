import type { AcquisitionValue } from "#shared/volume/series-volume.ts";

/** Seconds, as BIDS wants times; other units stay. */
function toBids(value: AcquisitionValue): { value: unknown; known: boolean } {
  if (value.unit !== "ms") return { value: value.value, known: true };
  const seconds = (ms: number): number => Number((ms / 1000).toPrecision(12));
  if (typeof value.value === "number") return { value: seconds(value.value), known: true };
  if (Array.isArray(value.value)) return { value: value.value.map(seconds), known: true };
  return { value: value.value, known: false };
}

/**
 * What the scanner did, under the names BIDS has for it, times in s, each with `<name>Source`.
 */
export function describeAcquisition(values: readonly AcquisitionValue[]): Record<string, unknown> {
  const entries = values.flatMap((value) => {
    const converted = toBids(value);
    if (!converted.known) return [];
    return [
      [value.keyword, converted.value],
      [`${value.keyword}Source`, value.source],
    ] as [string, unknown][];
  });
  return Object.fromEntries(entries);
}

/**
 * True for a 3D acquisition, whose axes dcm2niix, and so we, turn to the order nearest to (R, A, S). Not for a diffusion
 * series: its volumes make one 4D file, which dcm2niix never turns (measured with 1.0.20220720).
 */
export function isAcquired3D(values: readonly AcquisitionValue[]): boolean {
  const weighted = values.some(
    ({ keyword, value }) => keyword === "DiffusionBValue" && Array.isArray(value),
  );
  if (weighted) return false;
  return values.some(({ keyword, value }) => keyword === "MRAcquisitionType" && value === "3D");
}

/** The text of a sidecar: fields without a value are left out, none is invented. */
export function encodeSidecar(fields: Readonly<Record<string, unknown>>): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined && value !== "");
  return `${JSON.stringify(Object.fromEntries(known), null, 2)}\n`;
}
