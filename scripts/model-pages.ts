import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceBlock } from "#command-json/generated-block.ts";
import { formatDiff } from "#command-json/line-diff.ts";
import { plain, table } from "#command-json/readme-tables.ts";
import { statusTable } from "#shared/fit/status.ts";
import { diffusionDecaySheet } from "#shared/models/diffusion-decay.ts";
import { diffusionDirectionsSheet } from "#shared/models/diffusion-directions.ts";

import { diffusionKurtosisSheet } from "#shared/models/diffusion-kurtosis.ts";
import { kurtosisTensorSheet } from "#shared/models/diffusion-kurtosis-tensor.ts";

import { diffusionTensorSheet } from "#shared/models/diffusion-tensor.ts";

import { asExpectedRician } from "#shared/models/expected-rician-sheet.ts";
import { extendedPhaseGraphSheet } from "#shared/models/extended-phase-graph.ts";
import { inversionRecoverySheet } from "#shared/models/inversion-recovery-sheet.ts";
import { ivimSheetOf } from "#shared/models/ivim.ts";
import { monoExponentialDecaySheet } from "#shared/models/mono-exponential-decay.ts";
import { monoExponentialOffsetSheet } from "#shared/models/mono-exponential-offset.ts";
import { saturationRecoverySheet } from "#shared/models/saturation-recovery.ts";
import type { ModelSheet } from "#shared/models/signal-model.ts";
import { variableFlipAngleSheet } from "#shared/models/variable-flip-angle.ts";
import { unitEntry } from "#shared/units.ts";
import { tabulateKurtosisFloor, tabulateSegmented } from "./diffusion-tables.ts";
import { fitExpectedCurve, tabulateNoiseFloor, tabulateStimulatedEchoes } from "./model-tables.ts";
import { tabulateDelay, tabulateNull, tabulateTransmit } from "./t1-tables.ts";

const usage = `Usage: node scripts/model-pages.ts [--check]

Writes what lies between markers in docs/models: data sheets of the models, status codes, and tables that the
program's own solver computes. --check writes nothing, shows the differences and ends with 1.`;

/** A model as the documents present it. */
interface ModelPage {
  /** Name of the page, without ending. */
  readonly name: string;
  readonly program: "process-t1" | "process-t2" | "process-dwi";
  /** The option that chooses it. */
  readonly option: string;
  readonly sheet: ModelSheet;
}

/** Every model; a new one is one line here and a page with the markers. */
export const modelPages: readonly ModelPage[] = [
  ...pagesOf("process-t2", [
    ["t2-expected-rician", "--model rician", asExpectedRician(monoExponentialDecaySheet("T2"))],
    ["t2-two-parameter", "--model 2par", monoExponentialDecaySheet("T2")],
    ["t2-offset", "--model 3par", monoExponentialOffsetSheet("T2")],
    ["t2-stimulated-echoes", "--model epg", extendedPhaseGraphSheet],
    ["t2star", "--quantity t2star", monoExponentialDecaySheet("T2star")],
  ]),
  ...pagesOf("process-t1", [
    ["t1-saturation", "--model sr2par", saturationRecoverySheet(false)],
    ["t1-saturation-efficiency", "--model sr3par", saturationRecoverySheet(true)],
    [
      "t1-inversion-magnitude",
      "--model ir-magnitude",
      inversionRecoverySheet({ signal: "magnitude" }),
    ],
    ["t1-inversion-real", "--model ir-real", inversionRecoverySheet({ signal: "signed" })],
    ["t1-inversion-complex", "--model ir-complex", inversionRecoverySheet({ signal: "complex" })],
    ["t1-flip-angle", "--model vfa", variableFlipAngleSheet("nonlinear")],
  ]),
  ...pagesOf("process-dwi", [
    ["adc", "--model adc", diffusionDecaySheet("nlls")],
    ["dti", "--model dti", diffusionTensorSheet("wls")],
    [
      "adc-directions",
      "--model adc --directions per-direction",
      diffusionDirectionsSheet("nlls", 3),
    ],
    ["kurtosis-tensor", "--model dki", kurtosisTensorSheet("wls")],
    ["kurtosis", "--model kurtosis", diffusionKurtosisSheet],
    ["ivim", "--model ivim", ivimSheetOf("nlls")],
  ]),
];

function pagesOf(
  program: ModelPage["program"],
  pages: readonly (readonly [name: string, option: string, sheet: ModelSheet])[],
): readonly ModelPage[] {
  return pages.map(([name, option, sheet]) => ({ name, program, option, sheet }));
}

/** Blocks of a page besides its data sheet: tables that the solver computes. */
const tables: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "t2-expected-rician": { "noise-floor": noiseFloor },
  "t2-stimulated-echoes": { "echo-trains": echoTrains },
  "t1-saturation": { delay: delayTable },
  "t1-inversion-magnitude": { null: nullTable },
  "t1-flip-angle": { b1: transmitTable },
  kurtosis: { "noise-floor": kurtosisFloor },
  ivim: { segmented: segmentedTable },
};

/** The content of each block of each page of docs/models, by page and block. */
export function modelBlocks(): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const pages = modelPages.map((page) => {
    const computed = Object.entries(tables[page.name] ?? {}).map(([block, fill]) => [
      block,
      fill(),
    ]);
    return [page.name, { sheet: describeSheet(page), ...Object.fromEntries(computed) }];
  });
  return { ...Object.fromEntries(pages), README: { models: listModels(), statuses: statuses() } };
}

function describeSheet({ program, option, sheet }: ModelPage): string {
  const rows = sheet.parameters.map(({ symbol, label, unit, role, bounds }) => [
    `\`${symbol}\``,
    plain(label),
    plain(unitEntry(unit).label),
    role,
    plain(bounds),
  ]);
  const { keyword, symbol, label, unit } = sheet.abscissa;
  const sources = Map.groupBy(sheet.parameters, ({ boundsSource }) => boundsSource);
  return [
    `Option \`${option}\` of ${program}; \`Model\` in the sidecars: \`${sheet.name}\`.`,
    "## Equation",
    `\`\`\`text\n${sheet.equation}\n\`\`\``,
    `${symbol} is the ${label.toLowerCase()} (\`${keyword}\`), ${unitEntry(unit).label}.`,
    "## Parameters",
    table(["symbol", "meaning", "unit", "role", "bounds"], rows),
    "Where the bounds come from:",
    list(
      [...sources].map(
        ([source, rows]) => `${rows.map((row) => row.symbol).join(", ")}: ${source}`,
      ),
    ),
    "## Assumptions",
    list(sheet.assumptions),
    "## When not to use it",
    list(sheet.whenNotToUse),
    "## References",
    list(
      sheet.references.map(({ text, doi }) => (doi === undefined ? text : `${text}, doi:${doi}`)),
    ),
  ].join("\n\n");
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${plain(line)}`).join("\n");
}

function listModels(): string {
  const rows = modelPages.map(({ name, program, option, sheet }) => [
    `[${name}](${name}.md)`,
    program,
    `\`${option}\``,
    plain(sheet.label),
  ]);
  return table(["page", "program", "option", "model"], rows);
}

function statuses(): string {
  const rows = statusTable.map(({ code, name, meaning, value }) => [
    String(code),
    `\`${name}\``,
    plain(meaning),
    value,
  ]);
  return table(["code", "name", "meaning", "value in the maps"], rows);
}

function noiseFloor(): string {
  const rows = tabulateNoiseFloor().map(({ snr, twoParameter, offset, expectedRician }) => [
    String(snr),
    ...[twoParameter, offset, expectedRician].map(
      ({ medianMs, sdMs }) => `${medianMs.toFixed(1)} ± ${sdMs.toFixed(1)}`,
    ),
  ]);
  const head = ["S0 over noise", "two parameters", "offset", "expected Rician"];
  const { twoParameter, offset } = fitExpectedCurve();
  return [
    table(head, rows),
    `On the expected magnitude itself, without any scatter, at a ratio of 20 two parameters give ${twoParameter.toFixed(2)} ms and the offset fit ${offset.toFixed(2)} ms: more voxels or more averages do not help.`,
  ].join("\n\n");
}

function echoTrains(): string {
  const rows = tabulateStimulatedEchoes().map((row) => [
    `${row.refocusingDeg}°`,
    ...[row.allEchoes, row.withoutFirst, row.offset, row.evenEchoes, row.extendedPhaseGraph].map(
      (value) => value.toFixed(2),
    ),
  ]);
  const head = ["refocusing", "all echoes", "without the first", "offset", "even echoes", "EPG"];
  return table(head, rows);
}

function delayTable(): string {
  const rows = tabulateDelay().map((row) => [
    `${row.delayMs} ms`,
    row.twoParameterMs.toFixed(1),
    row.threeParameterMs.toFixed(1),
    row.saturation.toFixed(4),
  ]);
  return table(["delay", "T1, two parameters", "T1, three parameters", "B"], rows);
}

function nullTable(): string {
  const rows = tabulateNull().map((row) => [
    `${row.t1Ms} ms`,
    String(row.snr),
    ...[row.plainMs, row.expectedRicianMs, row.complexMs].map((value) => value.toFixed(0)),
  ]);
  return table(["true T1", "M0 over noise", "magnitude", "expected Rician", "complex"], rows);
}

function transmitTable(): string {
  const rows = tabulateTransmit().map((row) => [
    row.b1.toFixed(1),
    row.ignoredMs.toFixed(1),
    row.knownMs.toFixed(1),
  ]);
  return table(["B1", "T1 with B1 ignored", "T1 with the B1 map"], rows);
}

function kurtosisFloor(): string {
  const rows = tabulateKurtosisFloor().map(({ snr, plain, expectedRician }) => [
    String(snr),
    ...[plain, expectedRician].flatMap(({ d, k }) => [(1000 * d).toFixed(3), k.toFixed(3)]),
  ]);
  const head = [
    "S0 over noise",
    "D, plain",
    "K, plain",
    "D, expected Rician",
    "K, expected Rician",
  ];
  return table(head, rows);
}

function segmentedTable(): string {
  const rows = tabulateSegmented().map((row) => [
    row.tissue,
    ...[row.d, row.foundD].map((d) => (1000 * d).toFixed(3)),
    ...[row.f, row.foundF].map((f) => f.toFixed(4)),
    ...[row.dStar, row.foundDstar].map((d) => (1000 * d).toFixed(2)),
  ]);
  const head = ["tissue", "D", "D found", "f", "f found", "D*", "D* found"];
  return table(head.map(plain), rows);
}

/** Writes the pages, or with `check` compares them; what it says and its exit code. */
export function updatePages(
  folder: string,
  check: boolean,
): { readonly exitCode: 0 | 1; readonly output: string } {
  const lines: string[] = [];
  let exitCode: 0 | 1 = 0;
  for (const [name, blocks] of Object.entries(modelBlocks())) {
    const path = join(folder, `${name}.md`);
    const found = existsSync(path) ? readFileSync(path, "utf8") : "";
    let wanted: string | undefined = found;
    for (const [block, content] of Object.entries(blocks)) {
      wanted = wanted === undefined ? undefined : replaceBlock(wanted, block, `\n${content}\n`);
    }
    if (wanted === undefined) {
      const markers = Object.keys(blocks).map((block) => `<!-- ${block}:begin --> ... :end`);
      lines.push(`docs/models/${name}.md needs one pair of markers each: ${markers.join(", ")}`);
      exitCode = 1;
    } else if (found !== wanted && check) {
      lines.push(
        `docs/models/${name}.md is not what the data sheets and the solver say`,
        formatDiff(found, wanted),
        "Run `make commands` and commit what it writes.",
      );
      exitCode = 1;
    } else if (found !== wanted) {
      writeFileSync(path, wanted);
      lines.push(`docs/models/${name}.md written`);
    }
  }
  return { exitCode, output: lines.map((line) => `${line}\n`).join("") };
}

if (import.meta.main) {
  const argv = process.argv.slice(2);
  if (argv.some((argument) => argument !== "--check")) {
    process.stderr.write(`${usage}\n`);
    process.exitCode = 2;
  } else {
    const folder = join(import.meta.dirname, "../docs/models");
    const { exitCode, output } = updatePages(folder, argv.includes("--check"));
    process.stdout.write(output);
    process.exitCode = exitCode;
  }
}
