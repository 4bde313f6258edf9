/**
 * Colours as DICOM stores them: CIELab in three 16-bit numbers (PS3.3 C.10.7.1.1): L* from 0 to 100, a* and b* from
 * -128 to 127.
 *
 * The standard means the white D50 of ICC profiles; every writer of segmentations in use (DCMTK with dcmqi, dcmjs, pixelmed)
 * takes the white D65 of sRGB. So do we, or colours would change between programs.
 */

/** Tristimulus values of the white D65, CIE 15. */
const white = [0.950456, 1, 1.088754] as const;

/** Linear sRGB to XYZ, IEC 61966-2-1. */
const toXyz = [
  [0.412453, 0.35758, 0.180423],
  [0.212671, 0.71516, 0.072169],
  [0.019334, 0.119193, 0.950227],
] as const;

/** The inverse of `toXyz`. */
const fromXyz = [
  [3.240479, -1.53715, -0.498535],
  [-0.969256, 1.875992, 0.041556],
  [0.055648, -0.204043, 1.057311],
] as const;

type Triple = readonly [number, number, number];

/** RecommendedDisplayCIELabValue of a colour given as red, green and blue, 0 to 255 each. */
export function encodeCielab(rgb: Triple): Triple {
  const linear = rgb.map((value) => {
    const share = value / 255;
    return share > 0.04045 ? ((share + 0.055) / 1.055) ** 2.4 : share / 12.92;
  }) as unknown as Triple;
  const [fx, fy, fz] = toXyz.map((row, axis) => {
    const share = dot(row, linear) / white[axis]!;
    return share > (6 / 29) ** 3 ? Math.cbrt(share) : share / (3 * (6 / 29) ** 2) + 4 / 29;
  }) as [number, number, number];
  return [
    to16Bits((116 * fy - 16) / 100),
    to16Bits((500 * (fx - fy) + 128) / 255),
    to16Bits((200 * (fy - fz) + 128) / 255),
  ];
}

/** Red, green and blue, 0 to 255 each, of a RecommendedDisplayCIELabValue; what no screen shows is brought into its range. */
export function decodeCielab([l, a, b]: Triple): Triple {
  const fy = ((l / 65535) * 100 + 16) / 116;
  const fx = fy + ((a / 65535) * 255 - 128) / 500;
  const fz = fy - ((b / 65535) * 255 - 128) / 200;
  const xyz = [fx, fy, fz].map((f, axis) => {
    const share = f > 6 / 29 ? f ** 3 : 3 * (6 / 29) ** 2 * (f - 4 / 29);
    return share * white[axis]!;
  }) as unknown as Triple;
  return fromXyz.map((row) => {
    const linear = dot(row, xyz);
    const share = linear > 0.0031308 ? 1.055 * linear ** (1 / 2.4) - 0.055 : 12.92 * linear;
    return Math.round(Math.min(1, Math.max(0, share)) * 255);
  }) as unknown as Triple;
}

function to16Bits(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 65535);
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
