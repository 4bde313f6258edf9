// The two loops that log-linear fits spend their time in. Three or four columns at a time: their sums do not wait for one another.

/** Writes the products columns' vector, sums over n of column k times vector, into `out`; columns has shape [count, n]. */
export function correlateColumns(
  columns: Float64Array,
  count: number,
  vector: Float64Array,
  n: number,
  out: Float64Array,
): void {
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const first = k * n;
    const second = first + n;
    const third = second + n;
    const fourth = third + n;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = 0; i < n; i++) {
      const v = vector[i]!;
      a += v * columns[first + i]!;
      b += v * columns[second + i]!;
      c += v * columns[third + i]!;
      d += v * columns[fourth + i]!;
    }
    out[k] = a;
    out[k + 1] = b;
    out[k + 2] = c;
    out[k + 3] = d;
  }
  if (k + 2 < count) {
    const first = k * n;
    const second = first + n;
    const third = second + n;
    let a = 0;
    let b = 0;
    let c = 0;
    for (let i = 0; i < n; i++) {
      const v = vector[i]!;
      a += v * columns[first + i]!;
      b += v * columns[second + i]!;
      c += v * columns[third + i]!;
    }
    out[k] = a;
    out[k + 1] = b;
    out[k + 2] = c;
    return;
  }
  for (; k < count; k++) {
    const row = k * n;
    let a = 0;
    for (let i = 0; i < n; i++) a += vector[i]! * columns[row + i]!;
    out[k] = a;
  }
}

/** Writes the sum of columns times coefficients into `out`, shape [n]; columns has shape [count, n]. */
export function combineColumns(
  columns: Float64Array,
  count: number,
  coefficients: Float64Array,
  n: number,
  out: Float64Array,
): void {
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const first = k * n;
    const second = first + n;
    const third = second + n;
    const fourth = third + n;
    const a = coefficients[k]!;
    const b = coefficients[k + 1]!;
    const c = coefficients[k + 2]!;
    const d = coefficients[k + 3]!;
    for (let i = 0; i < n; i++) {
      const sum =
        a * columns[first + i]! +
        b * columns[second + i]! +
        c * columns[third + i]! +
        d * columns[fourth + i]!;
      out[i] = k === 0 ? sum : out[i]! + sum;
    }
  }
  if (k === 0) for (let i = 0; i < n; i++) out[i] = 0;
  if (k + 2 < count) {
    const first = k * n;
    const second = first + n;
    const third = second + n;
    const a = coefficients[k]!;
    const b = coefficients[k + 1]!;
    const c = coefficients[k + 2]!;
    for (let i = 0; i < n; i++) {
      out[i] =
        out[i]! + (a * columns[first + i]! + b * columns[second + i]! + c * columns[third + i]!);
    }
    return;
  }
  for (; k < count; k++) {
    const row = k * n;
    const a = coefficients[k]!;
    for (let i = 0; i < n; i++) out[i] = out[i]! + a * columns[row + i]!;
  }
}
