import { runProgram } from "#shared/program/run-program.ts";
import { command } from "./command.ts";
import { sampleData } from "./pipeline.ts";

await runProgram(command, sampleData, import.meta.url);
