import { runProgram } from "#shared/program/run-program.ts";
import { command } from "./command.ts";
import { processT2 } from "./pipeline.ts";

await runProgram(command, processT2, import.meta.url);
