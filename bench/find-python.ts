import { spawnSync } from "node:child_process";

/**
 * A Python that can import these modules, or undefined. `BENCH_PYTHON` names one to try first (that of a virtual
 * environment with the peers).
 */
export function findPython(...modules: readonly string[]): string | undefined {
  const candidates = [process.env["BENCH_PYTHON"], "/usr/bin/python3", "python3"];
  const statement = modules.map((name) => `import ${name}`).join("; ");
  return candidates
    .filter((name) => name !== undefined && name !== "")
    .find((name) => spawnSync(name!, ["-W", "ignore", "-c", statement]).status === 0);
}
