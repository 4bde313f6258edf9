import { runProgram } from "#shared/program/run-program.ts";
import { command } from "./command.ts";
import { maskAverage } from "./pipeline.ts";

await runProgram(command, maskAverage, import.meta.url);
