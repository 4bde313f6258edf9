import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";

// Runs the whole suite and ends with one line that a machine can read.
interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
}

mkdirSync("build", { recursive: true });
const report = "build/test-results.json";
const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
const run = spawnSync("vitest", [...args, ...process.argv.slice(2)], { stdio: "inherit" });
const results = JSON.parse(readFileSync(report, "utf8")) as Results;
// A file that cannot even be loaded has no tests of its own, and must not vanish from the count.
const broken = results.testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.length === 0,
).length;
const failed = results.numFailedTests + broken;
const skipped = results.numPendingTests + results.numTodoTests;
console.log(`\n${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
process.exit(run.status === 0 && failed === 0 ? 0 : 1);
