import { type ByteElement, encodeDicom, type FileOptions } from "./dicom-bytes.ts";
import { type Changes, classicImage } from "./dicom-images.ts";

// Diffusion series of two slices as each vendor writes them: image n of slice k holds the pixels of echo n.

/** b, s/mm², and direction in patient coordinates of each measurement, in the order of acquisition. */
export const measurements = [
  { b: 0, g: undefined },
  { b: 1000, g: [0.6, 0, 0.8] },
  { b: 1000, g: [0, 0.28, -0.96] },
  { b: 500, g: [1, 0, 0] },
] as const satisfies readonly {
  readonly b: number;
  readonly g: readonly [number, number, number] | undefined;
}[];

export type Measurement = { readonly b: number; readonly g: readonly number[] | undefined };

/** Elements of the images of a classic series; their names and numbers run slice by slice, against the order of b. */
export function diffusionImages(
  attributes: (measurement: Measurement, n: number, k: number) => Changes,
  list: readonly Measurement[] = measurements,
): Record<string, readonly ByteElement[]> {
  const images: Record<string, readonly ByteElement[]> = {};
  for (const k of [0, 1]) {
    list.forEach((measurement, n) => {
      const changes: Changes = {
        "00180081": ["DS", "60"],
        "00200013": ["IS", String(1 + k * list.length + n)],
        ...attributes(measurement, n, k),
      };
      images[`IM${k}${n}.dcm`] = classicImage(k, n, changes);
    });
  }
  return images;
}

/** The files of these images. */
export function diffusionFiles(
  attributes: Parameters<typeof diffusionImages>[0],
  list?: readonly Measurement[],
  options: FileOptions = {},
): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(diffusionImages(attributes, list)).map(([name, elements]) => [
      name,
      encodeDicom(elements, options),
    ]),
  );
}

/** Public attributes, as Philips and others write them into classic images. */
export function publicDiffusion({ b, g }: Measurement): Changes {
  return {
    "00189087": ["FD", b],
    ...(g === undefined ? {} : { "00189089": ["FD", g] }),
  };
}

/** Siemens, group 0019. */
export function siemensDiffusion({ b, g }: Measurement): Changes {
  return {
    "00190010": ["LO", "SIEMENS MR HEADER"],
    "0019100C": ["IS", String(b)],
    ...(g === undefined ? {} : { "0019100E": ["FD", g] }),
  };
}

/** Values of a CSA header, by tag. */
export type CsaContent = Readonly<Record<string, readonly (string | number)[]>>;

/** Bytes of a Siemens CSA header; each tag has six items, as scanners write them. */
export function encodeCsa(content: CsaContent, form: "CSA1" | "CSA2" = "CSA2"): Buffer {
  const u32 = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((value, i) => {
      bytes.writeUInt32LE(value, 4 * i);
    });
    return bytes;
  };
  const entries = Object.entries(content);
  const firstItems = Math.max(6, entries[0]?.[1].length ?? 0);
  const parts: Buffer[] = form === "CSA2" ? [Buffer.from("SV10\x04\x03\x02\x01", "latin1")] : [];
  parts.push(u32(entries.length, 77));
  for (const [name, values] of entries) {
    const head = Buffer.alloc(64);
    head.write(name, "latin1");
    const items = Math.max(6, values.length);
    parts.push(head, u32(values.length), Buffer.from("FD\0\0"), u32(4, items, 77));
    for (let item = 0; item < items; item++) {
      const text = values[item] === undefined ? "" : `${values[item]}\0`;
      const { length } = text;
      parts.push(
        form === "CSA2" ? u32(length, length, 77, length) : u32(length + firstItems, 0, 77, 0),
      );
      parts.push(Buffer.from(text.padEnd(Math.ceil(length / 4) * 4, "\0"), "latin1"));
    }
  }
  return Buffer.concat(parts);
}
