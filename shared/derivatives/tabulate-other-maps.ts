import {
  formatCount,
  formatNumber,
  labelWithUnit,
  reportUnit,
  typesetSymbols,
} from "#shared/report/format.ts";
import type { ReportTable } from "#shared/report/report-content.ts";
import { unitFactor } from "#shared/units.ts";
import type { NamedMap } from "./float-maps.ts";
import { isCrowded } from "./list-report-maps.ts";

/** The maps that a crowded report does not draw, in numbers. */
export function tabulateOtherMaps(maps: readonly NamedMap[]): readonly ReportTable[] {
  if (!isCrowded(maps)) return [];
  const others = maps.filter(({ kind, rank }) => kind === "value" && rank !== "main");
  if (others.length === 0) return [];
  const numeric = true;
  return [
    {
      title: "Other maps",
      text: "In files, not drawn here; numbers of the valid voxels.",
      columns: [
        { heading: "Map" },
        { heading: "Meaning" },
        { heading: "Median", numeric },
        { heading: "25 %", numeric },
        { heading: "75 %", numeric },
        { heading: "Voxels", numeric },
      ],
      rows: others.map(({ name, label, unit, statistics }) => {
        const shown = reportUnit(unit);
        const write = (value: number | null) =>
          formatNumber((value ?? Number.NaN) * unitFactor(unit, shown));
        const { median, p25, p75, n } = statistics;
        return [
          labelWithUnit(typesetSymbols(name), shown),
          label,
          ...[median, p25, p75].map(write),
          formatCount(n),
        ];
      }),
    },
  ];
}
