import { matchesGlob } from "./glob.ts";
import type { ListedScan } from "./item.ts";
import { isNumber } from "./parse-rule.ts";
import type { Condition, ListedField, Rule } from "./rule.ts";

/** What a rule says to a scan; `ask`: it depends on DICOM attributes, which cost a request. */
export type Verdict =
  | { readonly kind: "taken" }
  | { readonly kind: "left"; readonly reason: string }
  | { readonly kind: "ask"; readonly attributes: readonly string[] };

/** What the listing alone decides. */
export function matchListed(rule: Rule, scan: ListedScan): Verdict {
  for (const condition of rule.conditions) {
    if (condition.field === undefined) continue;
    const value = listedValue(condition.field, scan);
    if (!fits(condition, [value])) return left(condition, condition.field, value);
  }
  const attributes = rule.conditions.flatMap(({ attribute }) => attribute || []);
  return attributes.length === 0
    ? { kind: "taken" }
    : { kind: "ask", attributes: [...new Set(attributes)] };
}

/**
 * What the DICOM attributes decide, for a scan whose listing fits.
 *
 * @param values - by the names the rule uses; several values are joined by a backslash
 */
export function matchAttributes(
  rule: Rule,
  values: Readonly<Record<string, string>>,
): Exclude<Verdict, { kind: "ask" }> {
  for (const condition of rule.conditions) {
    if (condition.field !== undefined) continue;
    const value = values[condition.attribute] ?? "";
    if (!fits(condition, value.split("\\"))) return left(condition, condition.attribute, value);
  }
  return { kind: "taken" };
}

/** Of several values one has to fit; what is absent is unequal to everything, and neither larger nor smaller. */
function fits({ operator, values }: Condition, given: readonly string[]): boolean {
  const equal = () => given.some((text) => values.some((value) => equals(value, text)));
  if (operator === "=") return equal();
  if (operator === "!=") return !equal();
  const limit = Number(values[0]);
  return given.filter(isNumber).some((text) => {
    const number = Number(text);
    if (operator === "<") return number < limit;
    if (operator === "<=") return number <= limit;
    return operator === ">" ? number > limit : number >= limit;
  });
}

function equals(value: string, text: string): boolean {
  if (isNumber(value) && isNumber(text)) return Number(value) === Number(text);
  return matchesGlob(value, text.trim());
}

function listedValue(field: ListedField, scan: ListedScan): string {
  const values: Readonly<Record<ListedField, string>> = {
    series: scan.seriesDescription,
    type: scan.scanType,
    modality: scan.modality,
    quality: scan.quality,
    frames: scan.frames,
    scan: scan.scanId,
  };
  return values[field];
}

function left(condition: Condition, name: string, value: string): Verdict & { kind: "left" } {
  const found = value === "" ? "not stated" : JSON.stringify(value.slice(0, 60));
  return { kind: "left", reason: `${name} is ${found}; asked: ${condition.text}` };
}
