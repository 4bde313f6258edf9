import { expect, test } from "vitest";
import { isProgramError } from "#shared/errors.ts";
import { compareCollections } from "#shared/roi/compare-collections.ts";
import { readAim } from "#shared/roi/read-aim.ts";
import { readRtstruct } from "#shared/roi/read-rtstruct.ts";
import type { RoiCollection } from "#shared/roi/roi.ts";
import { writeAim } from "#test/phantom/aim-text.ts";
import { encodeDicom, type FileOptions } from "#test/phantom/dicom-bytes.ts";
import { type RtFile, rtstructElements } from "#test/phantom/rtstruct-bytes.ts";
import { smallSeries } from "#test/shared/roi/collections.ts";
import { countOutcomes } from "./count-outcomes.ts";
import { damageBytes, damageElements, damageText, randomNumbers } from "./damage.ts";

// Damaged files of regions: whatever is done to them, they are read or refused, soon, in bounds.

const cases = Number(process.env["FUZZ_CASES"] ?? 8_000);
const firstSeed = Number(process.env["FUZZ_SEED"] ?? 1);
const longestCase = 1000;
const memoryLimit = 1e9;

const points = [
  [2, 3],
  [6.25, 3],
  [6, 8.125],
  [2, 8],
] as const;
const images = ["1.1.0", "1.1.1", "1.1.2"];
const forms = [
  "TwoDimensionPolyline",
  "TwoDimensionCircle",
  "TwoDimensionEllipse",
  "TwoDimensionMultiPoint",
];
const aimText = writeAim({
  description: 'mouse "1" & <more>',
  annotations: [
    { name: "kidney", markups: images.map((image) => ({ points, image })) },
    {
      name: "tumör",
      comment: "x",
      markups: forms.map((type, i) => ({
        type,
        points: points.slice(0, [4, 2, 4, 3][i]),
        repeatFirst: i === 0,
      })),
    },
  ],
});
const aims = [
  aimText,
  aimText.replace(/<(\/?)(?=\w)/g, "<$1ns2:"),
  aimText.replace(/\n/g, "\r\n"),
  aimText.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"'),
];

const square = [11, 23, 30, 15, 23, 30, 15, 28, 30, 11, 28, 30];
const rtFile: RtFile = {
  characterSet: "ISO_IR 192",
  rois: [
    {
      number: 1,
      name: "kidney",
      contours: [
        { data: square, images },
        { data: square, vr: "UN", frame: "1" },
      ],
    },
    {
      number: 2,
      name: "tumör",
      contours: [
        { data: [11, 23, 32], type: "POINT" },
        { data: square, type: "CLOSEDPLANAR_XOR" },
      ],
    },
    { number: 3, name: "none", contours: "none" },
  ],
  strays: [{ number: "9", contours: [{ data: square }] }],
};
const writings: readonly FileOptions[] = [
  {},
  { delimited: true },
  { writing: "implicit", header: "none" },
  { writing: "implicit", delimited: true },
  { writing: "big endian" },
  { writing: "deflated" },
];

const values = [
  ...[
    "",
    "0",
    "-1",
    "NaN",
    "abc",
    "1e308",
    "1e999",
    "-1e6",
    "1,5",
    "9".repeat(300),
    "false",
    "256,0,0",
  ],
  ...[
    "&lt;",
    "&#0;",
    "&#x1F600;",
    "&unknown;",
    "&",
    "<",
    "]]>",
    "AIMv3_0",
    "TwoDimensionCircle",
    "\u0000",
  ],
];

/** Attribute values replaced, elements left out, doubled or nested, declarations put in front. */
function damageXml(text: string, random: () => number): Buffer {
  const below = (limit: number) => Math.floor(random() * limit);
  const tags = [...text.matchAll(/<[^>]*>/g)];
  const tag = tags[below(tags.length)]!;
  const end = tag.index + tag[0].length;
  const replace = (by: string) => Buffer.from(text.slice(0, tag.index) + by + text.slice(end));
  switch (below(7)) {
    case 0:
      return replace("");
    case 1:
      return replace(tag[0] + tag[0]);
    case 2:
      return replace(tag[0].replace(/"[^"]*"/, () => `"${values[below(values.length)]!}"`));
    case 3:
      return replace(
        tag[0].replace(/\w+/, () => tags[below(tags.length)]![0].match(/\w+/)?.[0] ?? "x"),
      );
    case 4:
      return replace(tag[0] + ["<!--", "-->", "<![CDATA[", "<?x?>", "<a>".repeat(300)][below(5)]!);
    case 5:
      return Buffer.from(
        text.replace("?>", `?>${["<!DOCTYPE a>", "<a/>", "\ufeff", "<?xml?>", "x"][below(5)]!}`),
      );
    default:
      return Buffer.from(text, (["utf16le", "latin1", "utf8"] as const)[below(3)]);
  }
}

function runCase(seed: number): string {
  const random = randomNumbers(seed);
  const isAim = random() < 0.5;
  try {
    const found = isAim ? readDamagedAim(random) : readDamagedRtstruct(random);
    check(found, seed);
    const other = isAim ? sound.rtstruct : sound.aim;
    compareCollections(found, other, smallSeries);
    return `${found.kind} read`;
  } catch (error) {
    if (!isProgramError(error)) throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    return error.code;
  }
}

function readDamagedAim(random: () => number): RoiCollection {
  const text = aims[Math.floor(random() * aims.length)]!;
  const kind = random();
  if (kind < 0.6) return readAim("a.xml", damageXml(text, random));
  return readAim(
    "a.xml",
    kind < 0.8 ? damageText(text, random) : damageBytes(Buffer.from(text), random),
  );
}

function readDamagedRtstruct(random: () => number): RoiCollection {
  const options = writings[Math.floor(random() * writings.length)]!;
  const elements = rtstructElements(rtFile);
  const inElements = random() < 0.5;
  const bytes = encodeDicom(inElements ? damageElements(elements, random) : elements, options);
  return readRtstruct("a.dcm", inElements ? bytes : damageBytes(bytes, random));
}

/** What the contract of a collection says of every contour. */
function check({ rois, path, kind }: RoiCollection, seed: number): void {
  for (const { number, name, shape } of rois) {
    const contours = shape.form === "contours" ? shape.contours : [];
    const wrong = contours.filter(
      ({ points: p, space, kind: form }) =>
        !p.every(Number.isFinite) ||
        p.length % (space === "image" ? 2 : 3) !== 0 ||
        (form === "broken" && p.length > 0),
    );
    if (wrong.length > 0 || !Number.isSafeInteger(number) || typeof name !== "string") {
      throw new Error(`seed ${seed}: ${path} (${kind}) breaks the contract`);
    }
  }
}

const sound = {
  aim: readAim("a.xml", Buffer.from(aimText)),
  rtstruct: readRtstruct("a.dcm", encodeDicom(rtstructElements(rtFile))),
};

test(`${cases} damaged AIM and RTSTRUCT files are read or refused, none hangs, crashes or takes all memory`, async () => {
  const outcomes = await countOutcomes(
    { cases, firstSeed, longestCaseMs: longestCase, memoryLimit, memoryEvery: 500 },
    runCase,
  );
  // A fuzz test that only ever sees one outcome tests nothing.
  expect(outcomes.get("AIM read")).toBeGreaterThan(cases / 20);
  expect(outcomes.get("RTSTRUCT read")).toBeGreaterThan(cases / 20);
  expect(outcomes.size).toBeGreaterThan(8);
}, 300_000);
