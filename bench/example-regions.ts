import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { uniformNumbers } from "#shared/phantom/random.ts";
import { type ByteElement, encodeDicom } from "#test/phantom/dicom-bytes.ts";

/** Size of a series and of the structure set drawn on it. */
export interface RegionSize {
  /** Columns and rows. */
  readonly matrix: number;
  readonly slices: number;
  /** Regions, each with one contour in every slice. */
  readonly regions: number;
  /** Points of a contour. */
  readonly points: number;
}

/** Where the files lie. */
export interface ExampleRegions {
  readonly images: string;
  readonly structures: string;
}

const pixelMm = 0.1;
const sliceMm = 0.5;
const [study, series, frame] = ["1.2.826.1", "1.2.826.2", "1.2.826.3"];
const ctImage = "1.2.840.10008.5.1.4.1.1.2";
const structureSet = "1.2.840.10008.5.1.4.1.1.481.3";

/** A series of images without content and a structure set with wavy round regions all over it. Made once and kept. */
export function makeExampleRegions(cache: string, size: RegionSize): ExampleRegions {
  const { matrix, slices, regions, points } = size;
  const folder = join(cache, `regions-${matrix}-${slices}-${regions}-${points}`);
  const files = { images: join(folder, "images"), structures: join(folder, "structures.dcm") };
  if (existsSync(folder)) return files;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(join(unfinished, "images"), { recursive: true });
  const pixels = new Uint8Array(2 * matrix * matrix);
  for (let k = 0; k < slices; k++) {
    const bytes = encodeDicom([...describeImage(size, k), ["7FE00010", "OW", pixels]]);
    writeFileSync(join(unfinished, "images", `${String(k).padStart(3, "0")}.dcm`), bytes);
  }
  writeFileSync(join(unfinished, "structures.dcm"), encodeDicom(describeStructures(size)));
  renameSync(unfinished, folder);
  return files;
}

function describePatient(sopClass: string, sopInstance: string, modality: string): ByteElement[] {
  return [
    ["00080016", "UI", sopClass],
    ["00080018", "UI", sopInstance],
    ["00080060", "CS", modality],
    ["00100010", "PN", "Bench"],
    ["00100020", "LO", "BENCH"],
    ["0020000D", "UI", study],
    ["00200052", "UI", frame],
  ];
}

function describeImage({ matrix }: RegionSize, k: number): ByteElement[] {
  return [
    ...describePatient(ctImage, imageUid(k), "CT"),
    ["0020000E", "UI", series],
    ["00200013", "IS", [k + 1]],
    ["00180050", "DS", [sliceMm]],
    ["00200032", "DS", [0, 0, k * sliceMm]],
    ["00200037", "DS", [1, 0, 0, 0, 1, 0]],
    ["00280002", "US", 1],
    ["00280004", "CS", "MONOCHROME2"],
    ["00280010", "US", matrix],
    ["00280011", "US", matrix],
    ["00280030", "DS", [pixelMm, pixelMm]],
    ["00280100", "US", 16],
    ["00280101", "US", 16],
    ["00280102", "US", 15],
    ["00280103", "US", 0],
    ["00281052", "DS", [0]],
    ["00281053", "DS", [1]],
  ];
}

function describeStructures(size: RegionSize): ByteElement[] {
  const uniform = uniformNumbers("regions of the bench");
  const slices = [...Array(size.slices).keys()];
  const numbers = Array.from({ length: size.regions }, (_, n) => n + 1);
  const images = slices.map((k): ByteElement[] => nameImage(k));
  return [
    ...describePatient(structureSet, "1.2.826.4", "RTSTRUCT"),
    ["0020000E", "UI", "1.2.826.5"],
    ["30060002", "SH", "bench"],
    [
      "30060010",
      "SQ",
      [
        [
          ["00200052", "UI", frame],
          [
            "30060012",
            "SQ",
            [
              [
                ["00081150", "UI", "1.2.840.10008.3.1.2.3.2"],
                ["00081155", "UI", study],
                [
                  "30060014",
                  "SQ",
                  [
                    [
                      ["0020000E", "UI", series],
                      ["30060016", "SQ", images],
                    ],
                  ],
                ],
              ],
            ],
          ],
        ],
      ],
    ],
    [
      "30060020",
      "SQ",
      numbers.map((number): ByteElement[] => [
        ["30060022", "IS", [number]],
        ["30060024", "UI", frame],
        ["30060026", "LO", `region ${number}`],
      ]),
    ],
    [
      "30060039",
      "SQ",
      numbers.map((number): ByteElement[] => {
        const shape = chooseShape(size, uniform);
        return [
          ["30060084", "IS", [number]],
          [
            "30060040",
            "SQ",
            slices.map((k): ByteElement[] => [
              ["30060016", "SQ", [nameImage(k)]],
              ["30060042", "CS", "CLOSED_PLANAR"],
              ["30060046", "IS", [size.points]],
              ["30060050", "DS", drawContour(size, shape, k)],
            ]),
          ],
        ];
      }),
    ],
  ];
}

function nameImage(k: number): ByteElement[] {
  return [
    ["00081150", "UI", ctImage],
    ["00081155", "UI", imageUid(k)],
  ];
}

function imageUid(k: number): string {
  return `${series}.${k + 1}`;
}

/** Centre and radius, px, and the waves of an outline. */
interface Shape {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly waves: number;
  readonly phase: number;
}

function chooseShape({ matrix }: RegionSize, uniform: () => number): Shape {
  const radius = matrix * (0.04 + 0.08 * uniform());
  const room = matrix - 3 * radius;
  return {
    x: 1.5 * radius + room * uniform(),
    y: 1.5 * radius + room * uniform(),
    radius,
    waves: 3 + Math.floor(9 * uniform()),
    phase: 6 * uniform(),
  };
}

/** x \ y \ z of each point, mm. */
function drawContour({ points }: RegionSize, shape: Shape, k: number): string {
  const { x, y, radius, waves, phase } = shape;
  return Array.from({ length: points }, (_, n) => {
    const angle = (2 * Math.PI * n) / points;
    const r = radius * (1 + 0.2 * Math.sin(waves * angle + phase + 0.1 * k));
    const place = [x + r * Math.cos(angle), y + r * Math.sin(angle)];
    return `${place.map((px) => (px * pixelMm).toFixed(4)).join("\\")}\\${k * sliceMm}`;
  }).join("\\");
}
