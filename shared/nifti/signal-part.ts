import type { SignalForm } from "#shared/volume/complex-signal.ts";
import { type Sidecar, textField } from "./sidecar.ts";

/** Which part of the complex signal a file holds. */
export type FilePart = "magnitude" | "phase" | "real" | "imaginary";

/** `_part-phase` (BIDS), `_ph`, `_real`, `_imaginary` (dcm2niix, at the end of the name). */
const partToken = /_part-(mag|phase|real|imag)(?=_|$)|_(ph|real|imaginary)$/;

const byToken: Readonly<Record<string, FilePart>> = {
  mag: "magnitude",
  phase: "phase",
  ph: "phase",
  real: "real",
  imag: "imaginary",
  imaginary: "imaginary",
};

const byImageType: Readonly<Record<string, FilePart>> = {
  P: "phase",
  PHASE: "phase",
  R: "real",
  REAL: "real",
  I: "imaginary",
  IMAGINARY: "imaginary",
};

/** The part a file holds: by its name, else by the ImageType of its sidecar; magnitude when neither says another. */
export function partOfFile(stem: string, sidecar: Sidecar | undefined): FilePart {
  const match = partToken.exec(stem);
  const named = byToken[match?.[1] ?? match?.[2] ?? ""];
  if (named !== undefined) return named;
  for (const value of textField(sidecar, "ImageType").split("\\")) {
    const part = byImageType[value];
    if (part !== undefined) return part;
  }
  return "magnitude";
}

/** A name without the word for the part: what the files of one measurement share. */
export function withoutPart(stem: string): string {
  return stem.replace(partToken, "");
}

/** The parts of which a form has a list of images, in its order. */
export function partsOfForm(form: SignalForm): readonly FilePart[] {
  return form.split("-") as readonly FilePart[];
}
