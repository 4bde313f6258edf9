import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { group, slices, writeReconstruction } from "../phantom/paravision-study.ts";
import { convertStudy, plainChoices } from "../shared/paravision/convert-study.ts";
import { newFolder } from "./launch.ts";
import { parseInstance } from "./parse-instance.ts";

// A study in which one parameter after the other is missing or impossible: a skip with its reason, or files without made-up values.

const tags = {
  thickness: "00180050",
  repetitionTime: "00180080",
  echoTime: "00180081",
  flipAngle: "00181314",
};

/** What stands in the undamaged study. */
const sound: Readonly<Record<keyof typeof tags, readonly number[]>> = {
  thickness: [1],
  repetitionTime: [1000],
  echoTime: [10, 20],
  flipAngle: [30],
};

type Damage = (value: string) => string | undefined;

const damages: Readonly<Record<string, Damage>> = {
  missing: () => undefined,
  negative: (value) => eachNumber(value, (number) => `-${number}`),
  huge: (value) => eachNumber(value, () => "1e300"),
  "a word": () => "banana\n",
  "a bomb": () => "( 1000000000 )\n@1000000000*(1)\n",
};

/** The numbers of a value changed, those of its shape left. */
function eachNumber(value: string, change: (number: string) => string): string {
  const shape = /^\s*\([^)]*\)\s*\n/.exec(value)?.[0] ?? "";
  const body = value.slice(shape.length);
  return shape + body.replace(/(?<![\w<.@])-?\d+(\.\d+)?(e[+-]?\d+)?(?![\w>])/gi, change);
}

let study: string;
let visuPars: string;
let parts: readonly string[];
beforeAll(async () => {
  study = join(newFolder("odd-"), "study");
  const folder = await writeReconstruction(study, {
    groups: [group("FG_ECHO", 2, "VisuAcqEchoTime"), slices(2)],
    packages: [2],
    echoTimesMs: [10, 20],
    slopes: [1, 2, 3, 4],
  });
  visuPars = join(folder, "visu_pars");
  parts = readFileSync(visuPars, "latin1").split(/(?=^##)/m);
});

/** Converts the study with one parameter of visu_pars damaged; a line for everything that is wrong with the outcome. */
async function convertWith(
  name: string,
  damage: Damage,
  objects: "classic" | "enhanced",
): Promise<readonly string[]> {
  const changed = parts.flatMap((part) => {
    if (!part.startsWith(`##$${name}=`)) return [part];
    const value = damage(part.slice(name.length + 4));
    return value === undefined ? [] : [`##$${name}=${value}`];
  });
  writeFileSync(visuPars, changed.join(""), "latin1");
  const output = newFolder("odd-out-");
  const [result] = await convertStudy(study, output, { choices: { ...plainChoices, objects } });
  const wrong: string[] = [];
  if (result?.status === "skipped") {
    return result.skip?.text.includes("visu_pars") ? [] : [`${name} skipped without a reason`];
  }
  if (result?.status !== "converted") return [`${name} is ${result?.status}`];
  if (objects === "enhanced") return [];
  for (const { path } of result.conversion!.files) {
    const file = parseInstance(join(output, "dicom", path));
    for (const [what, tag] of Object.entries(tags)) {
      for (const number of file.numbers(tag)) {
        const own = sound[what as keyof typeof tags].includes(number);
        if (!own) wrong.push(`${name}: ${what} is ${number}`);
      }
    }
  }
  return wrong;
}

describe.each(Object.keys(damages))("a visu_pars with a parameter that is %s", (damage) => {
  test("is skipped with a reason or converted without made-up values, whichever it is", async () => {
    const names = parts.flatMap((part) => /^##\$(\w+)=/.exec(part)?.[1] ?? []);
    expect(names.length).toBeGreaterThan(60);
    const wrong: string[] = [];
    for (const name of names) {
      wrong.push(...(await convertWith(name, damages[damage]!, "classic")));
    }
    expect(wrong).toEqual([]);
  });
});

test("an Enhanced MR file is written whatever the words of the raw data are", async () => {
  const names = parts.flatMap((part) => /^##\$(VisuAcq\w+|VisuCoil\w+)=/.exec(part)?.[1] ?? []);
  for (const name of names) {
    expect(await convertWith(name, damages["a word"]!, "enhanced"), name).toEqual([]);
  }
});

test("echoes whose times are missing have none, rather than all that of the first", async () => {
  expect(await convertWith("VisuAcqEchoTime", () => undefined, "classic")).toEqual([]);
  const output = newFolder("odd-echo-");
  const [result] = await convertStudy(study, output);
  const times = result!.conversion!.files.map(
    ({ path }) => parseInstance(join(output, "dicom", path)).texts(tags.echoTime)[0],
  );
  expect(times).toEqual([undefined, undefined, undefined, undefined]);
  expect(result!.conversion!.findings.remarks.map(({ code }) => code)).toContain("count-mismatch");
});
