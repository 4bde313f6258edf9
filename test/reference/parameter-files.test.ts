import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseParameterFile } from "#shared/paravision/parse-parameter-file.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import { realParameterFiles } from "#test/fuzz/paravision-mutations.ts";
import { brukerFolder } from "./bruker-folder.ts";

// Every acqp, method, visu_pars, reco and subject of the data sets: numbers of arrays that other software counted in them.

const here = existsSync(brukerFolder);
const sets = here
  ? readdirSync(brukerFolder).filter((name) =>
      existsSync(join(brukerFolder, name, "expected.json")),
    )
  : [];

/** Arrays of numbers or words of the parameter files of a folder, all of which must be read without a problem. */
function countArrays(folder: string) {
  const files = realParameterFiles(folder);
  let arrays = 0;
  for (const path of files) {
    const file = parseParameterFile(readFileSync(path), path);
    if (isSkip(file)) throw new Error(file.text);
    for (const name of file.names) {
      const parameter = file.get(name);
      if (parameter?.kind === "mixed") throw new Error(`${path}: ${name} is mixed`);
      const counts = parameter?.kind === "numbers" || parameter?.kind === "words";
      if (counts && parameter.shape.length > 0) arrays++;
    }
    if (!file.complete) throw new Error(`${path} has no ##END=`);
    expect(file.problems).toEqual([]);
  }
  return { files: files.length, numericAndEnumArrays: arrays };
}

describe.skipIf(!here)("parameter files of ParaVision 5.1, 6.0.1 and 360.3.6", () => {
  test.each(sets)("of %s are read whole, every array in its shape", (set) => {
    const { parameterFiles } = JSON.parse(
      readFileSync(join(brukerFolder, set, "expected.json"), "utf8"),
    ) as { parameterFiles: { files: number; numericAndEnumArrays: number } };
    expect(countArrays(join(brukerFolder, set))).toEqual({
      files: parameterFiles.files,
      numericAndEnumArrays: parameterFiles.numericAndEnumArrays,
    });
  });

  test("are 138 with 5,290 arrays", () => {
    expect(countArrays(brukerFolder)).toEqual({ files: 138, numericAndEnumArrays: 5290 });
  });
});
