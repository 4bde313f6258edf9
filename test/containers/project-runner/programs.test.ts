import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CommandDefinition } from "#command-json/define-command.ts";
import { openPrograms, optionOfMount } from "#containers/project-runner/programs.ts";

const programs = openPrograms({});

describe("the programs of a checkout", () => {
  test("have outputs, labels, mounts and the place of the marker as their command.json says", () => {
    expect(programs.read("process-t2")).toMatchObject({
      scanWrapper: "process-t2-scan",
      reportLabel: "PROCESSED_T2_REPORT",
      mounts: [{ option: "--input", from: { kind: "scan-resource", labels: ["DICOM"] } }],
      outputs: [
        { path: "maps", label: "PROCESSED_T2", format: "NIFTI", content: "T2_MAP" },
        { path: "report", label: "PROCESSED_T2_REPORT" },
      ],
    });
    const { mounts, outputs, reportLabel } = programs.read("mask-average");
    expect(mounts.map(({ option, from }) => [option, from.kind])).toEqual([
      ["--reference", "session"],
      ["--roi", "assessor"],
      ["--map", "scan-resource"],
      ["--series", "scan-resource"],
    ]);
    expect([...outputs.map(({ label }) => label), reportLabel]).toEqual([
      "ANALYSED_#assessor-id#",
      "ANALYSED_#assessor-id#_REPORT",
      "ANALYSED_#assessor-id#_REPORT",
    ]);
  });

  test("one that is not there is refused by name", () => {
    expect(() => programs.read("process-t3")).toThrow(/process-t3 cannot be used/);
  });

  // The option of a mount stands in programs.ts a second time, since command.json does not tell it.
  test("every mount goes to the option that has its path as default", async () => {
    for (const name of readdirSync(programs.folder)) {
      const file = join(programs.folder, name, "command.json");
      if (!existsSync(file)) continue;
      const { mounts } = JSON.parse(readFileSync(file, "utf8")) as { mounts: { path: string }[] };
      const { command } = (await import(join(programs.folder, name, "command.ts"))) as {
        command: CommandDefinition;
      };
      for (const { path } of mounts.filter((mount) => mount.path !== "/output")) {
        const option = optionOfMount(path)?.slice(2) ?? "";
        expect([name, command.options[option]?.defaultText]).toEqual([name, path]);
      }
    }
  });
});
