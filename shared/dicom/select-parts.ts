import { InputError } from "#shared/errors.ts";
import {
  type PartsWish,
  partsHints,
  type SignalForm,
  servingForms,
} from "#shared/volume/complex-signal.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import type { Image } from "./frame.ts";
import type { ImagePart } from "./image-part.ts";

/** The images of the part or parts that are used. */
export interface PartSelection {
  readonly form: SignalForm;
  /** One list for each part the form names. */
  readonly parts: readonly (readonly Image[])[];
  readonly warnings: readonly Warning[];
}

/**
 * The measured images of the wanted parts of the complex signal.
 *
 * @throws InputError E-COMPLEX when they are not there
 */
export function selectParts(
  images: readonly Image[],
  wish: PartsWish,
  name: string,
): PartSelection {
  const of = (part: ImagePart) => images.filter(({ frame }) => frame.part === part);
  const [magnitude, phase] = [of("magnitude"), of("phase")];
  const [real, imaginary] = [of("real"), of("imaginary")];
  const forms: readonly (readonly [SignalForm, readonly (readonly Image[])[]])[] = [
    ["real-imaginary", [real, imaginary]],
    ["magnitude-phase", [magnitude, phase]],
    ["magnitude", [magnitude]],
    ["real", [real]],
  ];
  for (const form of servingForms[wish]) {
    const parts = forms.find(([candidate]) => candidate === form)![1];
    if (parts.some((list) => list.length === 0)) continue;
    const left = images.length - parts.reduce((sum, list) => sum + list.length, 0);
    return { form, parts, warnings: left === 0 ? [] : [remark(form, images, parts)] };
  }
  throw new InputError("E-COMPLEX", `${name} has ${describe(images)}.`, partsHints[wish]);
}

const usedWords: Record<SignalForm, string> = {
  magnitude: "Magnitude images",
  real: "Real images",
  "real-imaginary": "Real and imaginary images",
  "magnitude-phase": "Magnitude and phase images",
};

function remark(
  form: SignalForm,
  images: readonly Image[],
  parts: readonly (readonly Image[])[],
): Warning {
  const used = new Set(parts.flat());
  const left = images.filter((image) => !used.has(image));
  const counts = parts.map((list) => list.length).join(" + ");
  return {
    code: "W-PARTS",
    text: `${usedWords[form]} are used (${counts}); ${countParts(left)} images are left out.`,
  };
}

function describe(images: readonly Image[]): string {
  const magnitude = images.some(({ frame }) => frame.part === "magnitude");
  const others = countParts(images);
  return magnitude
    ? `${others} images, but not both parts of a complex signal`
    : `${others} images, but no magnitude images`;
}

/** `3 phase, 3 real` */
function countParts(images: readonly Image[]): string {
  const counts = new Map<ImagePart, number>();
  for (const { frame } of images) counts.set(frame.part, (counts.get(frame.part) ?? 0) + 1);
  return [...counts].map(([part, count]) => `${count} ${part}`).join(", ");
}
