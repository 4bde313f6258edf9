import { type Unit, unitEntry, unitFactor } from "#shared/units.ts";

/** What stands where there is no number. */
export const noValue = "–";

/**
 * The unit in which a report shows a quantity: times in ms, rates in 1/s, diffusivities in µm²/ms
 * (= 1e-3 mm²/s), anything else as it is.
 */
export function reportUnit(unit: Unit): Unit {
  if (unit === "s") return "ms";
  if (unit === "1/ms") return "1/s";
  if (unit === "mm2/s") return "um2/ms";
  return unit;
}

/** A number with `digits` significant digits; powers of ten below 1e-4 and from 1e6 on. */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? noValue : `${value < 0 ? "−" : ""}∞`;
  }
  if (value === 0) return "0";
  const [mantissa = "", exponent = "0"] = value.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 6) return `${minus(mantissa)} × 10${superscript(power)}`;
  return minus(Number(`${mantissa}e${power}`).toFixed(Math.max(0, digits - 1 - power)));
}

/** A number with a fixed number of decimals; negative `decimals` round to tens, hundreds, ... */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  if (decimals >= 0) return minus(value.toFixed(Math.min(decimals, 20)));
  const step = 10 ** -decimals;
  return minus((Math.round(value / step) * step).toFixed(0));
}

/** A whole number in groups of three digits. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return noValue;
  return minus(count.toFixed(0)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** A number with its unit, in the unit given: `45.2 ms`. */
export function formatQuantity(value: number, unit: Unit, digits = 3): string {
  return withUnit(formatNumber(value, digits), unit);
}

/** The same in the unit of reports: 0.0452 s as `45.2 ms`. */
export function formatReportQuantity(value: number, unit: Unit, digits = 3): string {
  const shown = reportUnit(unit);
  return formatQuantity(value * unitFactor(unit, shown), shown, digits);
}

/**
 * A value with its standard error, rounded by the error, in the unit of reports: `45.2 ± 0.8 ms`.
 *
 * The error keeps two digits where its three leading digits are 100 to 354, else one; the value keeps as
 * many decimals. (Rounding rule of the Particle Data Group, Review of Particle Physics, section 5.3.)
 */
export function formatEstimate(value: number, standardError: number, unit: Unit): string {
  const shown = reportUnit(unit);
  const factor = unitFactor(unit, shown);
  const scaled = value * factor;
  const error = standardError * factor;
  if (!Number.isFinite(scaled) || !Number.isFinite(error) || error <= 0) {
    return formatQuantity(scaled, shown);
  }
  const decimals = errorDecimals(error);
  const size = Math.max(Math.abs(scaled), error);
  if (size < 1e-4 || size >= 1e6) {
    const power = Math.floor(Math.log10(size));
    const unitSize = 10 ** power;
    const text = `${formatFixed(scaled / unitSize, decimals + power)} ± ${formatFixed(error / unitSize, decimals + power)}`;
    return withUnit(`(${text}) × 10${superscript(power)}`, shown);
  }
  return withUnit(`${formatFixed(scaled, decimals)} ± ${formatFixed(error, decimals)}`, shown);
}

/**
 * A mean with its standard deviation, the deviation to two digits and the mean to the same place: `62.1 ± 4.3`; both in one unit,
 * which is not written.
 */
export function formatSpread(mean: number, standardDeviation: number): string {
  const size = Math.max(Math.abs(mean), standardDeviation);
  if (!Number.isFinite(size) || standardDeviation === 0) return formatNumber(mean, 4);
  const place = Math.floor(Math.log10(Number(standardDeviation.toPrecision(2))));
  const power = size < 1e-4 || size >= 1e6 ? Math.floor(Math.log10(size)) : 0;
  const decimals = Math.min(1 - place, 5 - Math.floor(Math.log10(size))) + power;
  const parts = [mean, standardDeviation].map((value) =>
    formatFixed(value / 10 ** power, decimals),
  );
  return power === 0 ? parts.join(" ± ") : `(${parts.join(" ± ")}) × 10${superscript(power)}`;
}

function errorDecimals(error: number): number {
  const [mantissa = "1", exponent = "0"] = error.toExponential(2).split("e");
  const leading = Number(mantissa);
  // 0.95 to 0.999 is written 1.0: two digits, one place further left.
  const digits = leading < 3.55 || leading >= 9.5 ? 2 : 1;
  const power = leading >= 9.5 ? Number(exponent) + 1 : Number(exponent);
  return digits - 1 - power;
}

/** Text followed by a unit's label; units without a label (pure numbers) add nothing. */
export function withUnit(text: string, unit: Unit): string {
  const { label } = unitEntry(unit);
  if (label === "") return text;
  return label === "°" ? `${text}°` : `${text}\u00a0${label}`;
}

/**
 * `T2 [ms]`, `Signal [10³ a.u.]`: a name with its unit, for axes, colour bars and column headings;
 * `power` is the power of ten the numbers beside it were divided by.
 */
export function labelWithUnit(name: string, unit: Unit, power = 0): string {
  const { label } = unitEntry(unit);
  const factor = power === 0 ? "" : `10${superscript(power)}`;
  const inside = [factor, label].filter((part) => part !== "").join("\u00a0");
  return inside === "" ? name : `${name} [${inside}]`;
}

/** A share in per cent; a share that is not nothing never reads 0, one that is not all never reads 100. */
export function formatShare(count: number, total: number): string {
  if (!(total > 0)) return noValue;
  if (count === 0) return "0\u00a0%";
  const percent = (100 * count) / total;
  if (count > 0 && percent < 0.01) return "< 0.01\u00a0%";
  if (count < total && percent > 99.99) return "> 99.99\u00a0%";
  return `${percent.toFixed(percent < 1 || (percent > 99 && count < total) ? 2 : 1)}\u00a0%`;
}

/** A file size in powers of 1000. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return noValue;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = bytes;
  let n = 0;
  for (; size >= 999.5 && n < units.length - 1; n++) size /= 1000;
  return `${n === 0 ? size.toFixed(0) : formatNumber(size, 3)}\u00a0${units[n]}`;
}

/** The usual symbols of MR: index set low, T2 as T₂, S0 as S₀; Dstar as D*. Only for names of ours. */
export function typesetSymbols(text: string): string {
  const starred = text.replace(/\bfDstar\b/g, "f\u00a0D*").replace(/\bDstar\b/g, "D*");
  return starred.replace(/\b([TRSMB])([012])(?![\w.])/g, (_, letter: string, digit: string) => {
    return letter + "₀₁₂".charAt(Number(digit));
  });
}

function minus(text: string): string {
  return text.replace("-", "−");
}

/** A whole number in superior figures. */
export function superscript(power: number): string {
  return String(power).replace(/[-\d]/g, (c) =>
    "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c === "-" ? 0 : Number(c) + 1),
  );
}
