import { describeParameters } from "#shared/paravision/describe-parameters.ts";
import { readParameterFile } from "#shared/paravision/read-parameter-file.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import type { PlannedItem } from "./plan-run.ts";

const roles = ["visuPars", "method", "acqp", "reco", "subject"] as const;

/** Every parameter of the reconstructions as JSON: of each file its labels, its parameters by name, and what cannot be read. */
export async function encodeParameters(planned: readonly PlannedItem[]): Promise<string> {
  const described = await Promise.all(
    planned.map(async ({ reconstruction }) => {
      const { path, study, examination, processing } = reconstruction;
      const files = await Promise.all(
        roles.map(async (role) => {
          const place = reconstruction[role];
          if (place === undefined) return [];
          const file = await readParameterFile(place);
          return [
            [place.path, isSkip(file) ? { problem: file.text } : describeParameters(file)] as const,
          ];
        }),
      );
      const place = { examination: examination ?? null, reconstruction: processing ?? null };
      return { path, study, ...place, files: Object.fromEntries(files.flat()) };
    }),
  );
  return `${JSON.stringify({ reconstructions: described }, null, 1)}\n`;
}
