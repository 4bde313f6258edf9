import { cpmgEchoTrain } from "#shared/models/cpmg-echo-train.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { isObject, type SmallScan } from "#test/acceptance/small-scan.ts";

const [columns, rows, slices, echoes] = [24, 16, 2, 10];
/** Channel noise, stored values. */
export const sigma = 40;

/**
 * A small scan in which every option finds something to do: T2 from 15 to 250 ms, signals down to the noise,
 * refocusing by 140 degrees, Rician noise.
 */
export function noisyScan(): Partial<SmallScan> {
  const uniform = uniformNumbers("noisy scan");
  const values = new Map<string, number>();
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const train = cpmgEchoTrain({
          t2Ms: 15 * (250 / 15) ** ((i - 6) / 11),
          ...{ t1Ms: 1500, echoSpacingMs: 10, refocusingDeg: 140, echoes },
        });
        const s0 = isObject(i, j, columns, rows) ? 4000 / (1 + (j - 4)) : 0;
        train.forEach((echo, e) => {
          values.set(`${i} ${j} ${k} ${e}`, Math.round(addRicianNoise(s0 * echo, sigma, uniform)));
        });
      }
    }
  }
  return {
    ...{ columns, rows, slices },
    echoTimesMs: Array.from({ length: echoes }, (_, e) => 10 * (e + 1)),
    value: (i, j, k, e) => values.get(`${i} ${j} ${k} ${e}`)!,
  };
}
