import { describe, expect, test } from "vitest";
import {
  type BoundedProblem,
  minimizeBounded,
  newRoom,
} from "#shared/fit/bounded-least-squares.ts";

function solve(
  problem: Omit<BoundedProblem, "room">,
  start: readonly number[],
): { parameters: number[]; ssr: number; converged: boolean } {
  const parameters = Float64Array.from(start);
  const minimum = { ssr: 0, converged: false, iterations: 0 };
  const room = newRoom(problem.p, problem.n);
  minimizeBounded({ ...problem, room }, parameters, minimum);
  return { parameters: Array.from(parameters), ssr: minimum.ssr, converged: minimum.converged };
}

const box = (p: number, low: number, high: number) => ({
  lower: new Float64Array(p).fill(low),
  upper: new Float64Array(p).fill(high),
});

/** Rosenbrock's valley: minimum 0 at (1, 1). */
const rosenbrock: BoundedProblem["evaluate"] = (x, residuals, jacobian) => {
  const [a, b] = [x[0]!, x[1]!];
  residuals[0] = -10 * (b - a * a);
  residuals[1] = -(1 - a);
  jacobian.set([-20 * a, -1, 10, 0]);
};

describe("bounded least squares", () => {
  test("follows Rosenbrock's valley to its end", () => {
    const result = solve({ n: 2, p: 2, ...box(2, -10, 10), evaluate: rosenbrock }, [-1.2, 1]);
    expect(result.converged).toBe(true);
    expect(result.parameters[0]).toBeCloseTo(1, 9);
    expect(result.parameters[1]).toBeCloseTo(1, 9);
  });

  test("gives up where it is told to, not converged", () => {
    const seen: number[] = [];
    const abandon = (_: Float64Array, ssr: number) => {
      seen.push(ssr);
      return ssr < 1;
    };
    const settings = { n: 2, p: 2, ...box(2, -10, 10), evaluate: rosenbrock, abandon };
    const result = solve(settings, [-1.2, 1]);
    expect(result.converged).toBe(false);
    expect(result.ssr).toBe(seen.at(-1));
    expect(seen.filter((ssr) => ssr < 1)).toHaveLength(1);
  });

  test("stops at the best point of a bound that cuts the minimum off", () => {
    const bounds = { lower: Float64Array.of(-10, -10), upper: Float64Array.of(0.5, 10) };
    const result = solve({ n: 2, p: 2, ...bounds, evaluate: rosenbrock }, [-1.2, 1]);
    expect(result.parameters[0]).toBe(0.5);
    expect(result.parameters[1]).toBeCloseTo(0.25, 8);
    expect(result.converged).toBe(true);
  });

  test("leaves a bound on which it starts", () => {
    const result = solve({ n: 2, p: 2, ...box(2, -2, 2), evaluate: rosenbrock }, [-2, -2]);
    expect(result.parameters[0]).toBeCloseTo(1, 8);
  });

  test("clamps a start outside the bounds", () => {
    const result = solve({ n: 2, p: 2, ...box(2, -3, 3), evaluate: rosenbrock }, [50, -70]);
    expect(result.parameters[1]).toBeCloseTo(1, 8);
  });

  test("converges where the residual is large and plain Gauss-Newton swings to and fro", () => {
    // f = (x + 1)^2 + (lambda x^2 + x - 1)^2 with lambda = -2: the classic case in which Gauss-Newton steps do not settle.
    const lambda = -2;
    const evaluate: BoundedProblem["evaluate"] = (x, residuals, jacobian) => {
      const v = x[0]!;
      residuals[0] = -(v + 1);
      residuals[1] = -(lambda * v * v + v - 1);
      jacobian.set([1, 2 * lambda * v + 1]);
    };
    const result = solve({ n: 2, p: 1, ...box(1, -10, 10), evaluate }, [0.3]);
    expect(result.converged).toBe(true);
    const v = result.parameters[0]!;
    const slope = v + 1 + (lambda * v * v + v - 1) * (2 * lambda * v + 1);
    expect(Math.abs(slope)).toBeLessThan(1e-6);
  });

  test("says when residuals are no numbers", () => {
    const evaluate: BoundedProblem["evaluate"] = (_, residuals) => {
      residuals.fill(Number.NaN);
    };
    expect(solve({ n: 2, p: 1, ...box(1, 0, 1), evaluate }, [0.5]).converged).toBe(false);
  });
});
