/** Colour scales: `viridis` for values, `ember` for errors, `tide` for quality, `balance` for differences. */
export type ColormapName = "viridis" | "ember" | "tide" | "balance" | "grey";

/** 256 colours, shape [256, 3]: red, green, blue. */
export type Colormap = Uint8Array;

const made = new Map<ColormapName, Colormap>();

/**
 * The 256 colours of a scale; perceptually uniform: equal steps of value are equal steps of lightness
 * (`balance`: away from the middle), so that it reads the same in grey print and to colour-blind people.
 */
export function makeColormap(name: ColormapName): Colormap {
  const known = made.get(name);
  if (known !== undefined) return known;
  const colours = new Uint8Array(256 * 3);
  for (let n = 0; n < 256; n++) {
    const colour = equations[name](n / 255);
    for (let c = 0; c < 3; c++) {
      colours[n * 3 + c] = Math.round(255 * Math.min(1, Math.max(0, colour[c]!)));
    }
  }
  made.set(name, colours);
  return colours;
}

type Colour = readonly [number, number, number];

const equations: Readonly<Record<ColormapName, (t: number) => Colour>> = {
  viridis: evaluateViridis,
  grey: (t) => [t, t, t],
  // Dark plum over red to pale yellow; slate over teal to near white: lightness straight, hue turning.
  ember: (t) => oklchToRgb(0.16 + 0.8 * t, 0.17 * hump(t), 350 + 115 * t),
  tide: (t) => oklchToRgb(0.2 + 0.77 * t, 0.1 * hump(t), 275 - 85 * t),
  // Blue below the middle, vermilion above: a pair that every common colour blindness tells apart.
  balance: (t) => {
    const away = Math.abs(2 * t - 1);
    return oklchToRgb(0.97 - 0.45 * away, 0.16 * away, t < 0.5 ? 255 : 45);
  },
};

function hump(t: number): number {
  return Math.sin(Math.PI * (0.08 + 0.84 * t)) ** 0.8;
}

// Viridis (S. van der Walt, N. Smith, E. Firing, matplotlib 2015, CC0) by the polynomial of degree 6 in t
// that M. Zucker published for it (CC0), constant term first; within 4 of 255 of the table.
const viridisCoefficients: readonly Colour[] = [
  [0.2777273272234177, 0.005407344544966578, 0.3340998053353061],
  [0.1050930431085774, 1.404613529898575, 1.384590162594685],
  [-0.3308618287255563, 0.214847559468213, 0.09509516302823659],
  [-4.634230498983486, -5.799100973351585, -19.33244095627987],
  [6.228269936347081, 14.17993336680509, 56.69055260068105],
  [4.776384997670288, -13.74514537774601, -65.35303263337234],
  [-5.435455855934631, 4.645852612178535, 26.3124352495832],
];

function evaluateViridis(t: number): Colour {
  const sum: [number, number, number] = [0, 0, 0];
  for (const coefficients of viridisCoefficients.toReversed()) {
    for (let c = 0; c < 3; c++) sum[c] = sum[c]! * t + coefficients[c]!;
  }
  return sum;
}

/**
 * Lightness 0 to 1, chroma and hue (degrees) of the OKLab space as sRGB, each 0 to 1 when in gamut.
 *
 * @see Ottosson B., "A perceptual color space for image processing", 2020 (matrices, public domain);
 *   transfer function: IEC 61966-2-1.
 */
function oklchToRgb(lightness: number, chroma: number, hueDegrees: number): Colour {
  const hue = (hueDegrees * Math.PI) / 180;
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toGamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toGamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toGamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function toGamma(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** Colour n of a scale as `#rrggbb`. */
export function hexColour(colours: Uint8Array, n: number): string {
  const digits = Array.from(colours.subarray(n * 3, n * 3 + 3), (c) =>
    c.toString(16).padStart(2, "0"),
  );
  return `#${digits.join("")}`;
}

// Okabe M., Ito K., "Color universal design", 2008: colours that people with any common colour blindness
// tell apart. Green is paler and grey darker than theirs: the two are alike without red cones or green
// ones, and a pale ground for "ok" lets the few other voxels stand out. Order: see statusColour.
const categorical: readonly Colour[] = [
  [0x8f, 0xd3, 0xbd],
  [0x66, 0x6a, 0x70],
  [0x1b, 0x1b, 0x1f],
  [0xd5, 0x5e, 0x00],
  [0x00, 0x72, 0xb2],
  [0xf0, 0xe4, 0x42],
  [0xcc, 0x79, 0xa7],
  [0xe6, 0x9f, 0x00],
  [0x56, 0xb4, 0xe9],
  [0x7a, 0x3d, 0x9a],
];

/**
 * Red, green, blue (0 to 255) of a status code from 1 on: 1 ok pale green, 2 noise grey, 3 invalid input black,
 * 4 not converged vermilion, 5 and 6 at a bound blue and yellow, then purple, orange, sky blue, violet; the
 * colours repeat from code 11 on. Code 0, outside, has none: it is drawn like NaN.
 */
export function statusColour(code: number): Colour {
  const n =
    (((Math.trunc(code) - 1) % categorical.length) + categorical.length) % categorical.length;
  return categorical[n]!;
}

/** Turn of the hue from one colour to the next, degrees: the golden angle keeps any number of them apart. */
const goldenAngle = 137.50776;

/**
 * Red, green, blue (0 to 255) of item n (0 first) among things that have no colour of their own: bright, each hue far from those
 * before it.
 */
export function distinctColour(n: number): readonly [number, number, number] {
  const colour = oklchToRgb(n % 2 === 0 ? 0.8 : 0.7, 0.15, 25 + goldenAngle * n);
  const [red, green, blue] = colour.map((c) => Math.round(255 * Math.min(1, Math.max(0, c))));
  return [red ?? 0, green ?? 0, blue ?? 0];
}
