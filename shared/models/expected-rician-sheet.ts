import type { ModelSheet } from "./signal-model.ts";

/**
 * The data sheet of a model whose signal is seen as the magnitude of a noisy complex image: what is fitted is the
 * mean of that magnitude.
 *
 * @see Gudbjartsson H, Patz S. The Rician distribution of noisy MRI data. Magn Reson Med 1995;34:910-914,
 * doi:10.1002/mrm.1910340618
 */
export function asExpectedRician(sheet: ModelSheet): ModelSheet {
  const [left = "S", right = sheet.equation] = sheet.equation.split(/ = (.*)/s);
  return {
    ...sheet,
    name: `${sheet.name}-expected-rician`,
    label: `${sheet.label}, expected Rician signal`,
    equation: `${left} = E[A; sigma], A = ${right}, E the mean of a Rician magnitude of true signal A and channel noise sigma`,
    assumptions: [
      ...sheet.assumptions.filter((line) => !line.startsWith("noise has")),
      "the magnitude of one complex channel (or of channels combined so that the noise stays Rician), its noise known",
    ],
    whenNotToUse: [
      ...sheet.whenNotToUse.filter((line) => !line.includes("noise floor")),
      "on sums of squares of many coils, filtered images or images whose background was set to zero",
    ],
    references: [
      ...sheet.references,
      {
        text: "Gudbjartsson H, Patz S. The Rician distribution of noisy MRI data. Magn Reson Med 1995;34:910-914",
        doi: "10.1002/mrm.1910340618",
      },
    ],
  };
}
