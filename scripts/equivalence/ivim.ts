import { type LeagueQuantity, type PublishedLeague, scoreIvimLeague } from "../ivim-league.ts";
import type { Comparison } from "./comparison.ts";
import { readJson } from "./reference-data.ts";

/** The signal-to-noise ratio from which D* of the field's algorithms means something. */
const leastRatioForFast = 50;

/** Tissues and realisations behind each number of the league. */
const tissues = 21;

/** Root-mean-square errors of our IVIM fits beside those of 19 published algorithms, on their simulation. */
export async function compareIvim(): Promise<readonly Comparison[]> {
  const { league } = readJson<{ league: PublishedLeague }>("osipi-ivim", "expected.json");
  return scoreIvimLeague(league, "nlls").flatMap(({ snr, quantity, ours, median }) =>
    quantity === "Dstar" && snr < leastRatioForFast
      ? []
      : [
          {
            dataSet: "osipi-ivim",
            model: `IVIM, one stage, signal-to-noise ratio ${snr}`,
            quantity: `root-mean-square error of ${names[quantity]}`,
            origin: "median of 19 published algorithms",
            count: tissues,
            unit: quantity === "f" ? "1" : "mm2/s",
            ours,
            reference: median,
            measure: "ours over the reference",
            difference: ours / median,
            gate: 1,
          } as const,
        ],
  );
}

const names: Readonly<Record<LeagueQuantity, string>> = { D: "D", f: "f", Dstar: "D*" };
