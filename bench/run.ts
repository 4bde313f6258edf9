import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

// `make bench`: every benchmark in a process of its own, one after the other.

const benches = [
  "fit-speed.ts",
  "t1-speed.ts",
  "diffusion-speed.ts",
  "region-speed.ts",
  "whole-run.ts",
  "project-scale.ts",
  "convert-speed.ts",
];

console.log("# Benchmarks\n");
console.log(
  "Ratios within one run are what counts; absolute numbers belong to this machine and hour.\n",
);
let failed = 0;
for (const name of benches) {
  const path = join(import.meta.dirname, name);
  if (!existsSync(path)) {
    console.log(`${name} is missing: its table is left out.\n`);
    continue;
  }
  const run = spawnSync(process.execPath, [path], { stdio: "inherit" });
  if (run.status !== 0) failed += 1;
  console.log();
}
process.exitCode = failed === 0 ? 0 : 1;
