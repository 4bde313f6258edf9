import type { PlacedImage } from "#shared/dicom/place-images.ts";

/**
 * The image of each plane that is drawn under regions: magnitude before other parts, then the one that is usually brightest
 * (shortest echo time, lowest b-value, longest inversion and repetition time), then the first. Images with readable
 * pixels come before all others.
 *
 * @param images - of each plane, at least one
 */
export function pickDrawn(images: readonly (readonly PlacedImage[])[]): readonly PlacedImage[] {
  return images.map((members) => {
    const ranked = members.map((image) => ({ image, rank: rankImage(image) }));
    return ranked.reduce((best, next) => (isLower(next.rank, best.rank) ? next : best)).image;
  });
}

function rankImage({ frame }: PlacedImage): readonly number[] {
  if (frame === undefined) return [1];
  const { EchoTime, DiffusionBValue, InversionTime, RepetitionTime } = frame.contrasts;
  return [
    0,
    frame.part === "magnitude" ? 0 : 1,
    EchoTime?.value ?? 0,
    DiffusionBValue?.value ?? 0,
    -(InversionTime?.value ?? 0),
    -(RepetitionTime?.value ?? 0),
  ];
}

function isLower(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) return a[i]! < b[i]!;
  }
  return false;
}
