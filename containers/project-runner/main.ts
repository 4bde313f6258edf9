import { runProgram } from "#shared/program/run-program.ts";
import { command } from "./command.ts";
import { projectRunner } from "./pipeline.ts";

await runProgram(command, projectRunner, import.meta.url);
