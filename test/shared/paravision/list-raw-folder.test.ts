import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rawLimits } from "#shared/paravision/list-raw-folder.ts";
import { archiveLimits } from "#shared/paravision/unpack-archive.ts";
import { find, skips, treeOf } from "./raw-tree.ts";

const good = ["9/method", "9/pdata/1/2dseq", "9/pdata/1/visu_pars"];
const goodPath = "9/pdata/1";
const limits = { ...rawLimits, archive: archiveLimits };
const pathsOf = ({ reconstructions }: Awaited<ReturnType<typeof find>>) =>
  reconstructions.map(({ path }) => path);

test("links are named, and nothing is read through them", async () => {
  const outside = treeOf("secret", "study/subject", "study/1/pdata/1/2dseq");
  const folder = treeOf(...good, "1/pdata/1/visu_pars", "2/pdata/1/2dseq", "3/acqp");
  symlinkSync(join(outside, "secret"), join(folder, "1/pdata/1/2dseq"));
  symlinkSync(join(outside, "secret"), join(folder, "2/pdata/1/visu_pars"));
  symlinkSync(join(outside, "secret"), join(folder, "3/method"));
  symlinkSync(join(outside, "study"), join(folder, "4"));
  symlinkSync(join(outside, "secret"), join(folder, "readme"));
  symlinkSync("nowhere", join(folder, "broken"));
  const found = await find(folder);
  expect(skips(found)).toEqual([
    "1/pdata/1/2dseq: unreadable",
    "2/pdata/1/visu_pars: unreadable",
    "3/method: unreadable",
    "4: unreadable",
  ]);
  expect(found.skipped[3]?.skip.text).toContain("give that folder itself");
  expect(pathsOf(found)).toEqual([goodPath]);
});

test("a loop of links ends", async () => {
  const folder = treeOf(...good);
  symlinkSync("..", join(folder, "9/pdata/2"));
  symlinkSync(folder, join(folder, "9/pdata/1/self"));
  const found = await find(folder);
  expect(skips(found)).toEqual(["9/pdata/1/self: unreadable", "9/pdata/2: unreadable"]);
  expect(
    found.skipped.map(({ study, examination, processing }) => [study, examination, processing]),
  ).toEqual([
    ["", 9, 1],
    ["", 9, 2],
  ]);
  expect(pathsOf(found)).toEqual([goodPath]);
});

test("pipes are named and not waited for", async () => {
  const folder = treeOf(...good, "1/pdata/1/visu_pars");
  execFileSync("mkfifo", [join(folder, "1/pdata/1/2dseq")]);
  execFileSync("mkfifo", [join(folder, "x.zip")]);
  expect(skips(await find(folder))).toEqual(
    ["x.zip: unreadable", "1/pdata/1/2dseq: unreadable"].sort(),
  );
});

test.skipIf(process.getuid?.() === 0)("folders without the right to read are named", async () => {
  const folder = treeOf(...good, "1/pdata/1/2dseq", "1/acqp");
  chmodSync(join(folder, "1/pdata"), 0);
  const found = await find(folder);
  expect(skips(found)).toEqual(["1/pdata: unreadable"]);
  expect(pathsOf(found)).toEqual([goodPath]);
  chmodSync(join(folder, "1/pdata"), 0o700);
  chmodSync(folder, 0);
  await expect(find(folder)).rejects.toMatchObject({ code: "E-INPUT-FOLDER" });
  chmodSync(folder, 0o700);
});

test("folders are called 2dseq, and files pdata", async () => {
  const folder = treeOf(...good, "1/pdata/1/2dseq/x", "1/pdata/1/visu_pars", "2/pdata", "2/acqp");
  expect(skips(await find(folder))).toEqual(["1/pdata/1: no-2dseq", "2: no-pdata"]);
});

test("names are spelled out where they would move the cursor, and two never become one", async () => {
  const names = ["a\nb", "a\\x0ab", "\u001b[2J", "\u202etxt", "a b ü", "-rf"];
  const found = await find(treeOf(...names.map((name) => `${name}/2dseq`)));
  expect(skips(found)).toEqual([
    "-rf: no-visu-pars",
    "\\u202etxt: no-visu-pars",
    "\\x1b[2J: no-visu-pars",
    "a b ü: no-visu-pars",
    "a\\\\x0ab: no-visu-pars",
    "a\\x0ab: no-visu-pars",
  ]);
  const whole = await find(treeOf("a\nb/2dseq", "a\nb/visu_pars"));
  expect(whole.reconstructions[0]?.images.path).toBe("a\\x0ab/2dseq");
  expect(whole.reconstructions[0]?.images.absolutePath).toContain("a\nb/2dseq");
});

test("names that are no UTF-8 are named", async () => {
  const folder = treeOf(...good);
  const odd = Buffer.concat([
    Buffer.from(join(folder, "M")),
    Buffer.from([0xfc]),
    Buffer.from("s"),
  ]);
  mkdirSync(odd);
  writeFileSync(Buffer.concat([odd, Buffer.from("/2dseq")]), "x");
  const found = await find(folder);
  expect(skips(found)).toEqual(["M\ufffds: unreadable"]);
  expect(pathsOf(found)).toEqual([goodPath]);
});

test("numbers that ParaVision does not give are names", async () => {
  const folders = ["0", "01", "-1", "1e3", "12345678901234567890"];
  const files = folders.flatMap((name) =>
    ["2dseq", "visu_pars"].map((f) => `${name}/pdata/1/${f}`),
  );
  const found = await find(treeOf(...files));
  expect(found.reconstructions.map(({ examination }) => examination)).toEqual(
    folders.map(() => undefined),
  );
});

test("trees too deep or too large are looked at as far as they may be", async () => {
  const deep = treeOf(...good, `${"d/".repeat(80)}2dseq`);
  expect(skips(await find(deep))).toEqual([expect.stringMatching(/^(d\/){64}d: too-large$/)]);
  const wide = treeOf(...Array.from({ length: 50 }, (_, n) => `x${n}`));
  expect(skips(await find(wide, { ...limits, entries: 20 }))).toEqual([": too-large"]);
});

test("paths longer than the system takes are named", async () => {
  const folder = treeOf(...good);
  const name = "n".repeat(200);
  // Deeper than a single path can say: from inside.
  const script = `for i in $(seq 30); do mkdir ${name} && cd -P ${name} || exit 1; done; echo x > 2dseq`;
  execFileSync("bash", ["-c", script], { cwd: folder });
  const found = await find(folder);
  expect(found.skipped.map(({ skip }) => skip.text)).toEqual([
    expect.stringContaining("ENAMETOOLONG"),
  ]);
  expect(pathsOf(found)).toEqual([goodPath]);
});

test("a hundred thousand files beside the images are passed over quickly", async () => {
  const folder = treeOf(...good);
  for (let n = 0; n < 100; n++) {
    const many = join(folder, `9/fids${n}`);
    mkdirSync(many);
    for (let k = 0; k < 1000; k++) writeFileSync(join(many, `fid${k}`), "");
  }
  const start = performance.now();
  expect(pathsOf(await find(folder))).toEqual([goodPath]);
  expect(performance.now() - start).toBeLessThan(5000);
}, 120_000);

test("five thousand reconstructions are found in a time that grows with their number", async () => {
  const files = Array.from({ length: 1000 }, (_, n) =>
    Array.from({ length: 5 }, (_, k) => [
      `s/${n + 1}/pdata/${k + 1}/2dseq`,
      `s/${n + 1}/pdata/${k + 1}/visu_pars`,
    ]),
  );
  const folder = treeOf("s/subject", ...files.flat(2), ...good.map((path) => `s/${path}`));
  const start = performance.now();
  const found = await find(folder);
  expect(found.reconstructions).toHaveLength(5000);
  expect(performance.now() - start).toBeLessThan(10_000);
}, 120_000);
