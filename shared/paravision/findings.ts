import type { Findings, Remark } from "./raw-scan.ts";

/** What was noticed, as plain data: it crosses threads and is kept in the record of a conversion. */
export interface FoundThings {
  readonly remarks: readonly Remark[];
  /** Keyword of each attribute and where it came from, in words; sorted by keyword. */
  readonly sources: Readonly<Record<string, string>>;
  readonly missing: readonly MissingParameter[];
}

/** A parameter that would have been used, and what stands in. */
export interface MissingParameter {
  readonly parameter: string;
  readonly instead: string;
}

/** Findings that are kept for the report. */
export interface FindingsRecorder extends Findings {
  /** Each once, by code; those of one code in the order in which they were noticed. */
  found(): FoundThings;
}

/** A damaged file may have something to remark on in every image: more than these of one code say nothing new. */
const mostOfOneCode = 20;

/** Starts with what was noticed before, if anything. */
export function recordFindings(before?: FoundThings): FindingsRecorder {
  const remarks = new Map<string, Remark>();
  const perCode = new Map<string, number>();
  const sources = new Map<string, string>();
  const missing = new Map<string, MissingParameter>();
  const recorder: FindingsRecorder = {
    remark: (code, text) => {
      const key = `${code} ${text}`;
      const count = perCode.get(code) ?? 0;
      if (remarks.has(key) || count >= mostOfOneCode) return;
      perCode.set(code, count + 1);
      remarks.set(key, { code, text });
    },
    source: (keyword, from) => {
      if (!sources.has(keyword)) sources.set(keyword, from);
    },
    missing: (parameter, instead) => {
      const key = `${parameter} ${instead}`;
      if (!missing.has(key)) missing.set(key, { parameter, instead });
    },
    found: () => ({
      remarks: [...remarks.values()].sort((a, b) =>
        a.code < b.code ? -1 : Number(a.code > b.code),
      ),
      sources: Object.fromEntries([...sources].sort(([a], [b]) => (a < b ? -1 : 1))),
      missing: [...missing.values()],
    }),
  };
  if (before !== undefined) addFindings(recorder, before);
  return recorder;
}

/** Takes over what another thread noticed. */
export function addFindings(findings: Findings, { remarks, sources, missing }: FoundThings): void {
  for (const { code, text } of remarks) findings.remark(code, text);
  for (const [keyword, from] of Object.entries(sources)) findings.source(keyword, from);
  for (const { parameter, instead } of missing) findings.missing(parameter, instead);
}
