import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { recordFindings } from "#shared/paravision/findings.ts";
import type { ParameterFile } from "#shared/paravision/parameter-file.ts";
import { parseParameterFile } from "#shared/paravision/parse-parameter-file.ts";
import type { ConversionChoices, RawScan } from "#shared/paravision/raw-scan.ts";
import { readVisu } from "#shared/paravision/read-visu.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import { plainChoices } from "./example-scan.ts";

/** The reconstructions of a raw dataset that are images, with all their parameter files. */
export function readRawScans(
  folder: string,
  choices: Partial<ConversionChoices> = {},
): readonly RawScan[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /(^|\/)pdata\/\d+\/visu_pars$/.test(path))
    .sort();
  return paths.flatMap((path): RawScan[] => {
    const reconstruction = path.slice(0, -"/visu_pars".length);
    const exam = reconstruction.replace(/\/pdata\/\d+$/, "");
    const study = exam.includes("/") ? exam.slice(0, exam.lastIndexOf("/")) : "";
    const visu = readVisu(readText(folder, path)!);
    if (isSkip(visu)) return [];
    const number = Number(exam.split("/").at(-1));
    const file = { path: "", absolutePath: "", size: 0 };
    const others = {
      method: readText(folder, join(exam, "method")),
      acqp: readText(folder, join(exam, "acqp")),
      reco: readText(folder, join(reconstruction, "reco")),
      subject: readText(folder, join(study, "subject")),
    };
    return [
      {
        reconstruction: {
          path: reconstruction,
          study,
          ...(Number.isInteger(number) ? { examination: number } : {}),
          processing: Number(reconstruction.split("/").at(-1)),
          images: file,
          visuPars: file,
        },
        visu,
        ...Object.fromEntries(Object.entries(others).filter(([, found]) => found !== undefined)),
        choices: { ...plainChoices, ...choices },
        findings: recordFindings(),
      },
    ];
  });
}

function readText(folder: string, path: string): ParameterFile | undefined {
  const place = join(folder, path);
  if (!existsSync(place)) return undefined;
  const file = parseParameterFile(readFileSync(place), path);
  return isSkip(file) ? undefined : file;
}
