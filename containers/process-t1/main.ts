import { runProgram } from "#shared/program/run-program.ts";
import { command } from "./command.ts";
import { processT1 } from "./pipeline.ts";

await runProgram(command, processT1, import.meta.url);
