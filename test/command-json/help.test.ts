import { expect, test } from "vitest";
import { helpText } from "#command-json/help.ts";
import { command } from "./example-command.ts";

const help = helpText(command);

test("units, limits, defaults and words are in --help", () => {
  expect(help).toContain(
    "--max-t2=NUMBER\n      Upper bound of T2; voxels at the bound are flagged. (above 0 ms; default: 500)",
  );
  expect(help).toContain("--noise=auto|none|NUMBER\n");
  expect(help).toContain("        epg: with stimulated echoes\n");
  expect(help).toContain("(from 1 to 1024; default: number of cores)");
  expect(help).toContain("--override=te ...\n");
});

test("outputs and examples are in --help", () => {
  expect(help).toContain("  maps/: Parameter maps with sidecars.");
  expect(help).toContain("  example-t2 --input=scan --output=result\n");
});
