import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { defineCommand, type OptionsOf } from "#command-json/define-command.ts";
import type { PathValue } from "#command-json/inputs.ts";
import { parseArgv } from "#command-json/parse-argv.ts";
import { type ProgramError, UsageError } from "#shared/errors.ts";
import { command } from "./example-command.ts";

type Options = OptionsOf<typeof command>;

function run(...argv: string[]): { options: Options; given: readonly string[] } {
  const parsed = parseArgv(command, argv);
  if (parsed.kind !== "run") throw new Error(`expected a run, got ${parsed.kind}`);
  return { options: parsed.options, given: [...parsed.given] };
}

function refusal(...argv: string[]): string {
  const error = caught(() => parseArgv(command, argv));
  expect(error).toBeInstanceOf(UsageError);
  return `${(error as ProgramError).code}: ${(error as Error).message}`;
}

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

const defaults = {
  input: "/input",
  output: "/output",
  overwrite: false,
  series: undefined,
  model: "auto",
  "min-t2": 1,
  "max-t2": 500,
  "drop-first-echoes": 0,
  "even-echoes": false,
  echoes: undefined,
  te: undefined,
  override: [],
  "refocusing-angle": undefined,
  noise: "auto",
  mask: "auto",
  outside: "nan",
  smooth: true,
  workers: undefined,
};

describe("values", () => {
  test("an empty command line gives every default and nothing given", () => {
    expect(run()).toEqual({ options: defaults, given: [] });
  });

  test("empty and blank texts count as not given, for every option", () => {
    const argv = Object.keys(command.options).map((name, i) => `--${name}=${i % 2 ? "" : "  "}`);
    expect(run(...argv)).toEqual({ options: defaults, given: [] });
  });

  test("--name=value and --name value are the same", () => {
    expect(run("--max-t2", "80", "--model", "epg")).toEqual(run("--max-t2=80", "--model=epg"));
    expect(run("--max-t2=80").options["max-t2"]).toBe(80);
  });

  test("the given options are listed in the order of the declaration", () => {
    expect(run("--max-t2=500", "--series=5").given).toEqual(["series", "max-t2"]);
  });

  test.each([
    [["--max-t2=1e2"], { "max-t2": 100 }],
    [["--max-t2=.5"], { "max-t2": 0.5 }],
    [["--even-echoes"], { "even-echoes": true }],
    [["--even-echoes=false"], { "even-echoes": false }],
    [["--smooth=false"], { smooth: false }],
    [["--echoes=1-8,10"], { echoes: [1, 2, 3, 4, 5, 6, 7, 8, 10] }],
    [["--echoes", "10, 3 - 4 3"], { echoes: [3, 4, 10] }],
    [["--te=10,20.5 30"], { te: [10, 20.5, 30] }],
    [["--override=te"], { override: ["te"] }],
    [["--override", "te", "--override="], { override: ["te"] }],
    [["--noise=none"], { noise: "none" }],
    [["--noise=12.5"], { noise: 12.5 }],
    [["--mask=none"], { mask: "none" }],
    [["--mask=./none"], { mask: { path: "./none" } }],
    [["--mask=my mask.nii.gz"], { mask: { path: "my mask.nii.gz" } }],
    [["--series=MSME 10 echoes"], { series: "MSME 10 echoes" }],
    [["--series=-x"], { series: "-x" }],
    [["--series=a=b"], { series: "a=b" }],
  ])("%j is read", (argv, expected) => {
    expect(run(...argv).options).toEqual({ ...defaults, ...expected });
  });

  test("types follow the declaration", () => {
    expectTypeOf<Options["max-t2"]>().toEqualTypeOf<number>();
    expectTypeOf<Options["refocusing-angle"]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Options["noise"]>().toEqualTypeOf<number | "auto" | "none">();
    expectTypeOf<Options["outside"]>().toEqualTypeOf<"nan" | "zero">();
    expectTypeOf<Options["mask"]>().toEqualTypeOf<"auto" | "threshold" | "none" | PathValue>();
    expectTypeOf<Options["override"]>().toEqualTypeOf<readonly "te"[]>();
    expectTypeOf<Options["te"]>().toEqualTypeOf<readonly number[] | undefined>();
    expectTypeOf<Options["smooth"]>().toEqualTypeOf<boolean>();
    expectTypeOf<Options["input"]>().toEqualTypeOf<string>();
  });
});

describe("refusals", () => {
  test.each([
    [["--max-t2=-5"], "E-OPTION: --max-t2 must be above 0 ms, got -5."],
    [["--max-t2", "-5"], "E-OPTION: --max-t2 must be above 0 ms, got -5."],
    [["--max-t2=abc"], "E-OPTION: --max-t2 must be a number, got abc."],
    [["--max-t2=0x10"], "E-OPTION: --max-t2 must be a number, got 0x10."],
    [["--max-t2=1,5"], "E-OPTION: --max-t2 must be a number, got 1,5."],
    [["--max-t2=Infinity"], "E-OPTION: --max-t2 must be a number, got Infinity."],
    [["--max-t2=NaN"], "E-OPTION: --max-t2 must be a number, got NaN."],
    [["--max-t2=1e999"], "E-OPTION: --max-t2 must be a number, got 1e999."],
    [
      ["--refocusing-angle=181"],
      "E-OPTION: --refocusing-angle must be above 0 and at most 180 °, got 181.",
    ],
    [["--workers=0"], "E-OPTION: --workers must be from 1 to 1024, got 0."],
    [["--drop-first-echoes=1.5"], "E-OPTION: --drop-first-echoes must be a whole number, got 1.5."],
    [["--noise=-1"], "E-OPTION: --noise must be above 0 a.u. or one of auto, none, got -1."],
    [["--noise=on"], "E-OPTION: --noise must be a number or one of auto, none, got on."],
    [["--outside=Zero"], "E-OPTION: --outside must be one of nan, zero, got Zero."],
    [["--override=te", "--override=tr"], "E-OPTION: --override must be te, got tr."],
    [["--even-echoes=maybe"], "E-OPTION: --even-echoes must be true or false, got maybe."],
    [["--te=10,-20"], "E-OPTION: --te must be numbers above 0 ms separated by commas, got 10,-20."],
    [["--te=10,,20"], "E-OPTION: --te must be numbers above 0 ms separated by commas, got 10,,20."],
    [
      ["--echoes=1-999999999999"],
      "E-OPTION: --echoes must be whole numbers or ranges from 1 to 99999, such as 1-8,10, got 1-999999999999.",
    ],
    [
      ["--echoes=0"],
      "E-OPTION: --echoes must be whole numbers or ranges from 1 to 99999, such as 1-8,10, got 0.",
    ],
    [
      ["--echoes=8-1"],
      "E-OPTION: --echoes must be whole numbers or ranges from 1 to 99999, such as 1-8,10, got 8-1.",
    ],
    [["--series=a\nb"], 'E-OPTION: --series must be one line of plain text, got "a\\nb".'],
    [["--mak-t2=5"], "E-OPTION-UNKNOWN: example-t2 has no option --mak-t2. Did you mean --max-t2?"],
    [
      ["--refoc", "5"],
      "E-OPTION-UNKNOWN: example-t2 has no option --refoc. Did you mean --refocusing-angle?",
    ],
    [
      ["--zzzz"],
      "E-OPTION-UNKNOWN: example-t2 has no option --zzzz. Run example-t2 --help for the list.",
    ],
    [
      ["--__proto__=1"],
      "E-OPTION-UNKNOWN: example-t2 has no option --__proto__. Run example-t2 --help for the list.",
    ],
    [["-x"], "E-OPTION-UNKNOWN: example-t2 has no option -x. Run example-t2 --help for the list."],
    [
      ["--series", "--model=epg"],
      'E-OPTION-VALUE-MISSING: --series needs a value, but "--model=epg" follows, which is an option. Write --series=TEXT.',
    ],
    [
      ["--max-t2"],
      "E-OPTION-VALUE-MISSING: --max-t2 needs a value, but nothing follows it. Write --max-t2=NUMBER.",
    ],
    [
      ["--max-t2=5", "--max-t2=6"],
      "E-OPTION-REPEATED: --max-t2 is given twice (5 and 6). Give it once.",
    ],
    [
      ["--even-echoes", "--even-echoes"],
      "E-OPTION-REPEATED: --even-echoes is given twice (true and true). Give it once.",
    ],
    [
      ["scan 5"],
      'E-ARGUMENT: "scan 5" belongs to no option. example-t2 takes options only, written --name=value; put a value with blanks in quotes.',
    ],
    [
      ["--", "--max-t2=5"],
      'E-ARGUMENT: "--max-t2=5" belongs to no option. example-t2 takes options only, written --name=value; put a value with blanks in quotes.',
    ],
  ])("%j is refused", (argv, message) => {
    expect(refusal(...argv)).toBe(message);
  });

  test("a long value is cut short in the message", () => {
    expect(refusal(`--max-t2=${"9".repeat(100_000)}`).length).toBeLessThan(200);
  });

  test("a refused option ends the program with exit code 2", () => {
    expect(caught(() => parseArgv(command, ["--nope"]))).toMatchObject({ exitCode: 2 });
  });
});

test("any command line gives options or a message for the user, never another exception", () => {
  const names = ["help", "version", "nope", ...Object.keys(command.options)];
  const value = fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.constantFrom("", "-1", "1-3,", "auto"),
  );
  const argument = fc.oneof(
    fc.string(),
    fc.constantFrom(...names).map((name) => `--${name}`),
    fc.tuple(fc.constantFrom(...names), value).map(([name, text]) => `--${name}=${text}`),
  );
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 6 }), (argv) => {
      const error = caught(() => parseArgv(command, argv));
      expect(error === undefined || error instanceof UsageError).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

describe("--help and --version", () => {
  test.each([["--help"], ["-h"]])("%s wins over wrong options", (help) => {
    expect(parseArgv(command, ["--max-t2=-5", help]).kind).toBe("help");
  });

  test("--version is recognised", () => {
    expect(parseArgv(command, ["--version"])).toEqual({ kind: "version" });
  });
});

describe("words without a name", () => {
  const positional = { ...command, positionals: ["model", "input"] };
  const read = (...argv: string[]) => {
    const parsed = parseArgv(positional, argv);
    if (parsed.kind !== "run") throw new Error(`expected a run, got ${parsed.kind}`);
    return { ...parsed.options, given: [...parsed.given] };
  };
  const refused = (...argv: string[]) => {
    const error = caught(() => parseArgv(positional, argv));
    expect(error).toBeInstanceOf(UsageError);
    return (error as ProgramError).code;
  };

  test("fill the options in their order", () => {
    expect(read("epg", "/study")).toMatchObject({
      ...{ model: "epg", input: "/study", given: ["input", "model"] },
    });
  });

  test("pass over a choice when they are none of its words", () => {
    expect(read("/study")).toMatchObject({ model: "auto", input: "/study", given: ["input"] });
  });

  test("may stand before, between and after options, and after --", () => {
    for (const argv of [
      ["epg", "/study", "--max-t2", "9"],
      ["--max-t2", "9", "epg", "/study"],
      ["epg", "--max-t2=9", "/study"],
      ["--max-t2=9", "--", "epg", "/study"],
    ]) {
      expect(read(...argv)).toMatchObject({ model: "epg", input: "/study", "max-t2": 9 });
    }
  });

  test("are a path even where they look like an option, after --", () => {
    expect(read("--", "epg", "-study")).toMatchObject({ model: "epg", input: "-study" });
  });

  test("of which there are too many, or which the program does not take, are refused", () => {
    expect(refused("epg", "/study", "/other")).toBe("E-ARGUMENT");
    expect(refused("/study", "epg")).toBe("E-ARGUMENT");
    expect(refusal("/study")).toMatch(/^E-ARGUMENT/);
  });

  test("and the option of the same name, given both, are refused", () => {
    expect(refused("epg", "--model=auto")).toBe("E-OPTION-REPEATED");
    expect(refused("/study", "--input", "/other")).toBe("E-OPTION-REPEATED");
  });

  test("that are blank count as not given", () => {
    expect(read("", "/study")).toMatchObject({ model: "auto" });
  });

  test("name options that exist: anything else is a bug in command.ts", () => {
    expect(() => defineCommand({ ...command, positionals: ["nothing"] })).toThrow(
      /positional nothing is no option/,
    );
  });
});
