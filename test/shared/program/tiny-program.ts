import { defineCommand } from "#command-json/define-command.ts";
import { choice, flag, integer, path, repeated } from "#command-json/inputs.ts";
import { outputMount } from "#command-json/mounts.ts";
import { InputError, UnsupportedError, UsageError } from "#shared/errors.ts";
import { type Pipeline, runProgram } from "#shared/program/run-program.ts";

// A program of a few lines, run by the tests in a process of its own: what the hallway does for every program.

const command = defineCommand({
  name: "tiny",
  label: "Tiny",
  description: "Does what the tests of the hallway ask for",
  options: {
    input: path({ default: "/input", description: "Images." }),
    map: repeated(path({ default: "/maps", description: "Maps." })),
    output: path({ default: "/output", description: "Results." }),
    overwrite: flag({ inXnat: false, description: "Replace." }),
    end: choice(
      ["done", "partial", "usage", "input", "unsupported", "bug", "thrown-text", "hang"],
      { default: "done", description: "How to end." },
    ),
    workers: integer({ atLeast: 1, inXnat: false, description: "Threads.", unset: "all cores" }),
    strict: flag({ inXnat: false, description: "No partial results." }),
    "log-format": choice(["text", "json"], { default: "text", inXnat: false, description: "Log." }),
  },
  inputs: {},
  outputs: {
    results: outputMount("/output/results", {
      label: "R",
      format: "TXT",
      content: "WORD",
      description: "a word",
    }),
  },
  offeredOn: [],
});

const tiny: Pipeline<typeof command> = async (options, context) => {
  const { output, log, pool, given } = context;
  await output.write("results/word.txt", "word");
  log.info(
    { pool: pool.size, given: [...given], password: "hunter2", PatientName: "Doe^J" },
    "written",
  );
  const advance = context.progress("counting");
  for (let done = 0; done <= 20; done++) advance(done, 20);
  switch (options.end) {
    case "done":
      return { partial: [] };
    case "partial":
      return { partial: ["the second word", "the third word"] };
    case "usage":
      throw new UsageError("E-TINY", "Asked for\nthat.", "Ask for this.");
    case "input":
      throw new InputError("E-TINY", "Found that.", "Look.");
    case "unsupported":
      throw new UnsupportedError("E-TINY", "Not ours.", "Convert.");
    case "bug":
      throw new TypeError("x is not a function");
    case "thrown-text":
      throw "only text";
    case "hang":
      log.info({}, "hanging");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      return { partial: [] };
  }
};

await runProgram(command, tiny, import.meta.url);
