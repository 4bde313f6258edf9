import { expect, test } from "vitest";
import { face, mostFastPerSlow, newConeFit, projectOnCone } from "#shared/fit/ivim-cone.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function project(e: readonly number[], g: readonly number[], y: readonly number[]) {
  const fit = newConeFit();
  const share = dot(e, g) / dot(e, e);
  const h = g.map((value, i) => value - share * e[i]!);
  projectOnCone(dot(y, e), dot(y, g), dot(y, h), dot(e, e), dot(e, g), dot(g, g), dot(h, h), fit);
  return fit;
}

test("no admissible pair of amplitudes leaves less than the projection, on every face", () => {
  const uniform = uniformNumbers("cone");
  const seen = new Set<number>();
  for (let k = 0; k < 300; k++) {
    const e = [1, 0.9 * uniform(), 0.8 * uniform(), 0.5 * uniform()];
    const g = e.map((value) => value ** (3 + 5 * uniform()));
    const y = e.map(() => 3 * uniform() - 1.2);
    const fit = project(e, g, y);
    seen.add(fit.face);
    const left = (slow: number, fast: number) =>
      y.reduce((sum, value, i) => sum + (value - slow * e[i]! - fast * g[i]!) ** 2, 0);
    const least = left(fit.slow, fit.fast);
    expect(dot(y, y) - fit.gain).toBeCloseTo(least, 10);
    expect(fit.fast).toBeGreaterThanOrEqual(0);
    expect(fit.fast).toBeLessThanOrEqual(mostFastPerSlow * fit.slow * (1 + 1e-12));
    for (let j = 0; j < 40; j++) {
      const slow = 2 * uniform();
      expect(left(slow, uniform() * mostFastPerSlow * slow)).toBeGreaterThanOrEqual(least - 1e-12);
    }
  }
  expect([...seen].sort()).toEqual([face.inside, face.slowAlone, face.mostFast, face.nothing]);
});

test("two equal exponentials count as one", () => {
  const e = [1, 0.5, 0.25];
  expect(project(e, e, [2, 1, 0.5])).toMatchObject({ face: face.slowAlone, slow: 2, fast: 0 });
});
