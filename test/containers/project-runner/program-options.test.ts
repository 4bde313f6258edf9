import { describe, expect, test } from "vitest";
import { parseProgramOptions } from "#containers/project-runner/program-options.ts";
import { programs } from "./project-run.ts";

const t2 = programs.read("process-t2");
const parse = (text: string) => parseProgramOptions(t2, text);

describe("options of a program from one text", () => {
  test("both spellings, quotes and flags are read", () => {
    const { values, argv } = parse('--model epg --noise=none --te="10,20, 30" --override=te');
    expect(values).toEqual({ model: "epg", noise: "none", "override-te": "true", te: "10,20, 30" });
    for (const word of ["--model=epg", "--noise=none", "--te=10,20, 30", "--override=te"]) {
      expect(argv).toContain(word);
    }
    // What XNAT passes by default stands there too, so that results do not differ.
    expect(argv).toContain("--quantity=auto");
    expect(argv.some((word) => word.startsWith("--max-t2"))).toBe(false);
  });

  test("a default that is written out changes nothing", () => {
    expect(parse("--model auto --drop-first-echoes 0.0").hash).toBe(parse("").hash);
    expect(parse("--model epg").hash).not.toBe(parse("").hash);
  });

  test.each([
    ["--modell epg", "Did you mean --model?"],
    ["--output=/tmp", "no option"],
    ["--model exp", "It is one of auto, 2par, 3par, rician, epg."],
    ["--max-t2 long", "no number"],
    ["--model", "needs a value"],
    ["--te=1;2", "XNAT refuses every value with ;"],
    ["--te '1", "quotation mark"],
    ["--model epg --model 2par", "given twice"],
    ["stray", "no option"],
  ])("%s is refused with advice", (text, advice) => {
    expect(() => parse(text)).toThrow(advice);
  });
});
