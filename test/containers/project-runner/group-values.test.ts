import { expect, test } from "vitest";
import { groupValues } from "#containers/project-runner/group-values.ts";
import { listedItem, listedSession, outcome } from "./project-example.ts";

const session = (n: number, group: string, changes: Parameters<typeof outcome>[1] = {}) => ({
  facts: {
    ...{ session: listedSession(n), group, timepoint: "week 2" },
    ...{ subjectVariables: {}, sessionVariables: {} },
  },
  results: [{ pipeline: "process-t2", item: listedItem(n), outcome: outcome(n, changes) }],
});

test("medians by group and time point; what has no median is left out", () => {
  const quantities = groupValues([session(3, "b"), session(1, "b"), session(2, "a")]);
  expect(quantities).toHaveLength(1);
  expect(quantities[0]).toMatchObject({ map: "T2", unit: "ms", knownUnit: "ms", secondary: false });
  expect(quantities[0]?.groups.map(({ group, values }) => [group, [...values]])).toEqual([
    ["a", [41]],
    ["b", [40, 42]],
  ]);
});

test("whole maps come before regions; errors, signals and rates are secondary", () => {
  const measure = (map: string, region: string) => ({
    ...{ map, region, unit: "furlong", values: { median: 1 } },
  });
  const measures = [
    measure("T2map", "tumour"),
    ...["SE(T2)", "R²", "M0", "R2map", "T2", "ADC"].map((map) => measure(map, "")),
  ];
  const found = groupValues([session(1, "", { measures })]);
  expect(found.filter(({ secondary }) => !secondary).map(({ map }) => map)).toEqual([
    ...["T2", "ADC", "T2map"],
  ]);
  expect(found.at(-1)?.region).toBe("tumour");
  expect(found[0]?.knownUnit).toBeUndefined();
});

test("a session is one value, however many scans or drawings it has", () => {
  const twice = session(1, "a");
  const again = {
    ...twice.results[0]!,
    outcome: outcome(1, {
      measures: [{ map: "T2", unit: "ms", region: "", values: { median: 50 } }],
    }),
  };
  const [quantity] = groupValues([
    { ...twice, results: [...twice.results, again] },
    session(2, "a"),
  ]);
  expect(quantity?.groups.map(({ values }) => [...values])).toEqual([[41, 45]]);
});
