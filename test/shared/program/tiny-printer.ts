import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "#command-json/define-command.ts";
import { choice, flag, integer, path } from "#command-json/inputs.ts";
import { runProgram } from "#shared/program/run-program.ts";

// A program that prints or goes on with its earlier results, run by the tests in a process of its own.

const command = defineCommand({
  name: "printer",
  label: "Printer",
  description: "Prints a table, or adds to a folder",
  options: {
    action: choice(["add", "list"], { default: "add", inXnat: false, description: "What to do." }),
    input: path({ default: "/input", description: "Images." }),
    output: path({ default: "/output", description: "Results." }),
    overwrite: flag({ inXnat: false, description: "Replace." }),
    exit: integer({ default: 0, atLeast: 0, description: "Exit code." }),
    "log-format": choice(["text", "json"], { default: "text", inXnat: false, description: "Log." }),
  },
  positionals: ["action", "input"],
  inputs: {},
  outputs: {},
  offeredOn: [],
});

await runProgram(
  command,
  async ({ action, output, exit }, context) => {
    if (action === "list") {
      context.print("one\ttwo\n");
      context.log.info({}, "listed");
      return { partial: [], exitCode: exit };
    }
    const own = join(output, "own");
    context.log.info({}, existsSync(own) ? "going on" : "new");
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "file"), "ours");
    await context.output.write("report/page", `exit ${exit}`);
    return { partial: exit === 0 ? [] : ["something"], exitCode: exit };
  },
  import.meta.url,
  { prints: ({ action }) => action === "list", resumes: true },
);
