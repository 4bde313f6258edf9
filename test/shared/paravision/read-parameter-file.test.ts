import { execFileSync } from "node:child_process";
import { symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readParameterFile } from "#shared/paravision/read-parameter-file.ts";
import { treeOf } from "./raw-tree.ts";

const read = (folder: string, name: string) =>
  readParameterFile({ path: `5/${name}`, absolutePath: join(folder, name) });

test("a parameter file is read, with its path in the tree", async () => {
  const folder = treeOf();
  writeFileSync(join(folder, "acqp"), "##TITLE=x\n##$A=1\n##END=\n");
  const file = await read(folder, "acqp");
  expect(file).toMatchObject({ path: "5/acqp", names: ["A"], complete: true });
});

test("what cannot be read is a value: missing, a folder, a link, a pipe, something else, too large", async () => {
  const folder = treeOf("method/x", "target", "large");
  symlinkSync("target", join(folder, "link"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
  truncateSync(join(folder, "large"), 2 ** 32);
  const found = async (name: string) => await read(folder, name);
  expect(await found("missing")).toEqual({
    skip: "unreadable",
    text: "5/missing cannot be read (ENOENT)",
  });
  expect(await found("method")).toMatchObject({ skip: "unreadable" });
  expect(await found("link")).toEqual({
    skip: "unreadable",
    text: "5/link cannot be read (it is a link)",
  });
  expect(await found("pipe")).toMatchObject({ skip: "unreadable" });
  expect(await found("target")).toMatchObject({ skip: "parse-error" });
  expect(await found("large")).toMatchObject({ skip: "too-large" });
});
