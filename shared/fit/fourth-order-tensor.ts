import { fourthOrderElements } from "#shared/models/diffusion-kurtosis-tensor.ts";

/** For each of the 81 elements which of the fifteen it is. */
const distinctOf = (() => {
  const sorted = fourthOrderElements.map((element) => element.join(""));
  return Uint8Array.from({ length: 81 }, (_, at) =>
    sorted.indexOf(
      [Math.floor(at / 27), Math.floor(at / 9) % 3, Math.floor(at / 3) % 3, at % 3].sort().join(""),
    ),
  );
})();

const places = fourthOrderElements.map(([i, j, k, l]) => 27 * i + 9 * j + 3 * k + l);

/** Turns fully symmetric tensors of fourth order from one set of axes to another. */
export interface FourthOrderRotation {
  /**
   * Writes the elements along the axes a(i) of `axes`: T'(ijkl) = sum of a(i)(p) a(j)(q) a(k)(r) a(l)(s) T(pqrs).
   *
   * @param axes - three vectors one after another, shape [3, 3]; transposed when `back`
   */
  readonly rotate: (
    tensor: Float64Array,
    axes: Float64Array,
    back: boolean,
    out: Float64Array,
  ) => void;
}

/** A rotation with its room. */
export function newFourthOrderRotation(): FourthOrderRotation {
  let full = new Float64Array(81);
  let next = new Float64Array(81);
  const turn = new Float64Array(9);
  return {
    rotate: (tensor, axes, back, out) => {
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) turn[3 * i + j] = back ? axes[3 * j + i]! : axes[3 * i + j]!;
      }
      for (let at = 0; at < 81; at++) full[at] = tensor[distinctOf[at]!]!;
      // One index at a time: the first is turned and becomes the last, four times.
      for (let pass = 0; pass < 4; pass++) {
        for (let rest = 0; rest < 27; rest++) {
          const x = full[rest]!;
          const y = full[27 + rest]!;
          const z = full[54 + rest]!;
          next[3 * rest] = turn[0]! * x + turn[1]! * y + turn[2]! * z;
          next[3 * rest + 1] = turn[3]! * x + turn[4]! * y + turn[5]! * z;
          next[3 * rest + 2] = turn[6]! * x + turn[7]! * y + turn[8]! * z;
        }
        const swapped = full;
        full = next;
        next = swapped;
      }
      for (let e = 0; e < 15; e++) out[e] = full[places[e]!]!;
    },
  };
}
