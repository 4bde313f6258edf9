import type { ByteElement } from "./dicom-bytes.ts";
import { axes, type Changes, enhancedImage, frameGroup } from "./dicom-images.ts";
import {
  encodeCsa,
  type Measurement,
  publicDiffusion,
  siemensDiffusion,
} from "./diffusion-images.ts";

// How each vendor states the weighting of an image, and an Enhanced MR object.

/** Components of a vector along the axes of the phantom's images. */
const alongImage = (g: readonly number[]) =>
  axes.map((axis) => axis.reduce((sum, value, i) => sum + value * g[i]!, 0));

/** GE: what turns into g with phase encoding along columns, or rows. */
function geDiffusion({ b, g }: Measurement, coding: string): Changes {
  const [row, column, normal] = g === undefined ? [0, 0, 0] : alongImage(g);
  const vector = coding === "COL" ? [-row!, -column!, normal!] : [column!, -row!, normal!];
  return {
    "00080070": ["LO", "GE MEDICAL SYSTEMS"],
    "00181312": ["CS", coding],
    "00190010": ["LO", "GEMS_ACQU_01"],
    "001910BB": ["DS", vector[0]!.toFixed(9)],
    "001910BC": ["DS", vector[1]!.toFixed(9)],
    "001910BD": ["DS", vector[2]!.toFixed(9)],
    "001910E0": ["DS", "3"],
    "00430010": ["LO", "GEMS_PARM_01"],
    "00431039": ["IS", `${b}\\8\\0\\0`],
  };
}

/** Name, source of the directions, what an image states, and whether the sign of a direction is lost. */
type Vendor = readonly [
  name: string,
  source: string,
  attributes: (m: Measurement) => Changes,
  upToSign?: boolean,
];
/** Every way in which a vendor writes the weighting of an image. */
export const vendors: readonly Vendor[] = [
  ["public attributes", "dicom:0018,9089", publicDiffusion],
  ["Siemens, group 0019", "siemens:0019,100E", siemensDiffusion],
  [
    "Siemens, in another block",
    "siemens:0019,100E",
    ({ b, g }) => ({
      "00190010": ["LO", "SOMEBODY ELSE"],
      "0019100C": ["IS", "77"],
      "00190011": ["LO", "SIEMENS MR HEADER"],
      "0019110C": ["IS", String(b)],
      ...(g && { "0019110E": ["FD", g] }),
    }),
  ],
  ...(["CSA1", "CSA2"] as const).map((form) => {
    const make = ({ b, g }: Measurement): Changes => ({
      "00080008": ["CS", "ORIGINAL\\PRIMARY\\DIFFUSION\\NONE"],
      "00290010": ["LO", "SIEMENS CSA HEADER"],
      "00291010": ["OB", encodeCsa({ B_value: [b], DiffusionGradientDirection: g ?? [] }, form)],
    });
    return [`Siemens, ${form}`, "siemens:CSA DiffusionGradientDirection", make] as const;
  }),
  ["GE, phase encoding along columns", "ge:0019,10BB", (m) => geDiffusion(m, "COL"), true],
  ["GE, phase encoding along rows", "ge:0019,10BB", (m) => geDiffusion(m, "ROW"), true],
  [
    "GE, b with a thousand million added",
    "ge:0019,10BB",
    (m) => ({ ...geDiffusion(m, "COL"), "00431039": ["IS", `${m.b + 1e9}\\8\\0\\0`] }),
    true,
  ],
  [
    "GE, b public, direction private",
    "ge:0019,10BB",
    (m) => ({ ...geDiffusion(m, "COL"), ...(m.b > 0 && { "00189087": ["FD", m.b] }) }),
    true,
  ],
  [
    "GE before 29.1, whose image without gradient has the b of the others",
    "ge:0019,10BB",
    (m) => ({
      ...geDiffusion(m, "COL"),
      "00431039": ["IS", `${m.b === 0 ? 1000 : m.b}\\8\\0\\0`],
    }),
    true,
  ],
  [
    "Philips, private attributes",
    "philips:2005,10B0",
    ({ b, g }) => ({
      "20010010": ["LO", "Philips Imaging DD 001"],
      "20011003": ["FL", b],
      "20050010": ["LO", "Philips MR Imaging DD 001"],
      "200510B0": ["FL", g?.[0] ?? 0.577],
      "200510B1": ["FL", g?.[1] ?? 0.577],
      "200510B2": ["FL", g?.[2] ?? 0.577],
    }),
  ],
  [
    "Toshiba, public, none without gradient",
    "dicom:0018,9089",
    (m) => ({ "00080070": ["LO", "TOSHIBA"], ...(m.b > 0 ? publicDiffusion(m) : {}) }),
  ],
  [
    "Canon, image comments",
    "dicom:0020,4000",
    ({ b, g }) => {
      // Phase axis first; up to the sign of the whole vector.
      const [row, column, normal] = g === undefined ? [0, 0, 0] : alongImage(g);
      const vector = [column!, row!, -normal!].map((value) => value.toFixed(7));
      return {
        "00080070": ["LO", "CANON_MEC"],
        "00181312": ["CS", "COL"],
        "00204000": ["LT", b === 0 ? "b=0" : `b=${b}(${vector.join(",")})`],
      };
    },
    true,
  ],
];

/** Elements of an Enhanced MR object of two slices and three measurements, the weighting in each frame's groups. */
export function enhancedDiffusion(
  b: readonly number[],
  g: readonly (readonly number[] | undefined)[],
): readonly ByteElement[] {
  const frames = [0, 1].flatMap((k) =>
    [0, 1, 2].map((n) => [
      ...frameGroup(k, n).filter(([tag]) => tag !== "00189114"),
      [
        "00189117",
        "SQ",
        [
          [
            ["00189075", "CS", g[n] === undefined ? "NONE" : "DIRECTIONAL"],
            ["00189087", "FD", b[n]!],
            ...(g[n] ? [["00189076", "SQ", [[["00189089", "FD", g[n]!]]]] as const] : []),
          ],
        ],
      ] as const,
    ]),
  );
  return enhancedImage(2, { "52009230": ["SQ", frames] });
}
