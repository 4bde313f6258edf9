import { runProgram } from "#shared/program/run-program.ts";
import { command } from "./command.ts";
import { processDwi } from "./pipeline.ts";

await runProgram(command, processDwi, import.meta.url);
