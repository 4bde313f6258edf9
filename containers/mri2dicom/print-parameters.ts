import type { JcampParameter } from "#shared/paravision/jcamp.ts";
import type { ParameterFile } from "#shared/paravision/parameter-file.ts";
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
            [place.path, isSkip(file) ? { problem: file.text } : describeFile(file)] as const,
          ];
        }),
      );
      const place = { examination: examination ?? null, reconstruction: processing ?? null };
      return { path, study, ...place, files: Object.fromEntries(files.flat()) };
    }),
  );
  return `${JSON.stringify({ reconstructions: described }, null, 1)}\n`;
}

function describeFile(file: ParameterFile) {
  const parameters = file.names.flatMap((name) => {
    const parameter = file.get(name);
    return parameter === undefined ? [] : [[name, nest(parameter)] as const];
  });
  return {
    complete: file.complete,
    labels: Object.fromEntries(file.labels),
    parameters: Object.fromEntries(parameters),
    problems: file.problems,
  };
}

/** A single value as it is, an array in the dimensions of its shape. */
function nest({ shape, values }: JcampParameter): unknown {
  if (shape.length === 0) return values.length === 1 ? values[0] : values;
  let list: readonly unknown[] = values;
  // Texts have the longest length as their last size, which counts no values.
  const sizes =
    shape.reduce((product, size) => product * size, 1) === values.length
      ? shape
      : shape.slice(0, -1);
  for (const size of sizes.slice(1).reverse()) list = split(list, size);
  return list;
}

function split(list: readonly unknown[], size: number): readonly (readonly unknown[])[] {
  const count = size === 0 ? 0 : list.length / size;
  return Array.from({ length: count }, (_, n) => list.slice(n * size, (n + 1) * size));
}
