import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { findReconstructions } from "#shared/paravision/find-reconstructions.ts";
import { rawLimits } from "#shared/paravision/list-raw-folder.ts";
import { archiveLimits } from "#shared/paravision/unpack-archive.ts";
import { type Forged, forge } from "#test/phantom/zip-bytes.ts";
import { find, newFolder, skips, treeOf } from "./raw-tree.ts";

const entry = (name: string, more: Partial<Forged> = {}): Forged => ({
  name,
  bytes: Buffer.from(`bytes of ${name}`),
  ...more,
});
const study = (name: string) =>
  ["subject", "5/method", "5/acqp", "5/fid", "5/pdata/1/2dseq", "5/pdata/1/visu_pars"].map((file) =>
    entry(`${name}${file}`),
  );
const bad = (name: string, entries: readonly Forged[], options = {}) => {
  const folder = treeOf("1/pdata/1/2dseq", "1/pdata/1/visu_pars");
  writeFileSync(join(folder, name), forge(entries, options));
  return folder;
};

test("a .zip or .PvDatasets file is an input, and only what matters is unpacked", async () => {
  for (const name of ["a.zip", "B.PvDatasets", "c.ZIP"]) {
    const path = join(newFolder(), name);
    writeFileSync(path, forge(study("mouse/")));
    const staging = join(newFolder(), "new");
    const { reconstructions, skipped, studies } = await findReconstructions(path, staging);
    expect(skipped).toEqual([]);
    expect(studies).toEqual([`${name}!/mouse`]);
    const [one] = reconstructions;
    expect(one).toMatchObject({ path: `${name}!/mouse/5/pdata/1`, examination: 5, processing: 1 });
    expect(one?.subject?.path).toBe(`${name}!/mouse/subject`);
    expect(readFileSync(one!.images.absolutePath, "utf8")).toBe("bytes of mouse/5/pdata/1/2dseq");
    const unpacked = readdirSync(staging, { recursive: true }).map(String);
    expect(unpacked.filter((file) => file.endsWith("fid"))).toEqual([]);
    expect(unpacked.filter((file) => file.endsWith("method"))).toHaveLength(1);
  }
});

test("a 2dseq nobody looks at is not unpacked, and has its length", async () => {
  const path = join(newFolder(), "a.zip");
  // Deflated, with content that cannot be unpacked.
  const packed = Buffer.from("no deflated data");
  const entries = study("mouse/").map((one) =>
    one.name.endsWith("2dseq") ? { ...one, method: 8, packed, size: 12_345 } : one,
  );
  writeFileSync(path, forge(entries));
  const staging = join(newFolder(), "new");
  const { reconstructions, skipped } = await findReconstructions(path, staging, undefined, "sized");
  expect(skipped).toEqual([]);
  const [one] = reconstructions;
  expect(statSync(one!.images.absolutePath).size).toBe(12_345);
  expect(readFileSync(one!.visuPars.absolutePath, "utf8")).toBe(
    "bytes of mouse/5/pdata/1/visu_pars",
  );
});

test("archives in a folder are opened beside its own studies, each into a place of its own", async () => {
  const folder = treeOf("s/1/pdata/1/2dseq", "s/1/pdata/1/visu_pars");
  writeFileSync(join(folder, "b.zip"), forge(study("")));
  writeFileSync(join(folder, "s", "a.PvDatasets"), forge(study("")));
  const { reconstructions } = await find(folder);
  expect(reconstructions.map(({ path }) => path)).toEqual([
    "b.zip!/5/pdata/1",
    "s/1/pdata/1",
    "s/a.PvDatasets!/5/pdata/1",
  ]);
  expect(new Set(reconstructions.map(({ images }) => images.absolutePath)).size).toBe(3);
  expect(reconstructions[0]?.study).toBe("b.zip!");
  expect(reconstructions.map(({ studyName }) => studyName)).toEqual(["b", "s", "a"]);
});

test("a subject outside of an archive is not that of its studies", async () => {
  const folder = treeOf("subject");
  const files = study("").filter(({ name }) => name !== "subject");
  writeFileSync(join(folder, "b.zip"), forge(files));
  const { reconstructions } = await find(folder);
  expect(reconstructions[0]?.subject).toBeUndefined();
  expect(reconstructions[0]?.study).toBe("b.zip!");
});

test.each<[string, readonly Forged[], object, string]>([
  ["that leads out", [...study(""), entry("../../2dseq")], {}, "unsafe-archive"],
  ["with an absolute name", [...study(""), entry("/etc/2dseq")], {}, "unsafe-archive"],
  ["with a link", [...study(""), entry("6/2dseq", { mode: 0o120777 })], {}, "unsafe-archive"],
  ["with a device's name", [...study(""), entry("nul/2dseq")], {}, "unsafe-archive"],
  ["with a file twice", [...study(""), entry("5/method")], {}, "unsafe-archive"],
  ["that is cut short", study(""), { cut: 30 }, "unreadable"],
  ["that is encrypted", [...study(""), entry("6/2dseq", { flags: 1 })], {}, "unsafe-archive"],
])("an archive %s is not unpacked, and the others are read", async (_, entries, options, code) => {
  const found = await find(bad("x.zip", entries, options));
  expect(skips(found)).toEqual([`x.zip: ${code}`]);
  expect(found.reconstructions.map(({ path }) => path)).toEqual(["1/pdata/1"]);
});

test("a file that is called a zip and is none is damaged; another one is no input", async () => {
  const folder = treeOf("x.zip", "2dseq");
  expect(skips(await find(join(folder, "x.zip")))).toEqual(["x.zip: unreadable"]);
  await expect(find(join(folder, "2dseq"))).rejects.toThrow("neither a folder nor an archive");
});

test("a damaged file in an archive leaves the others alone", async () => {
  const entries = [
    ...study("a/"),
    ...study("b/").map((one) => (one.name === "b/5/pdata/1/2dseq" ? { ...one, crc: 1 } : one)),
  ];
  const found = await find(bad("x.zip", entries));
  expect(skips(found)).toEqual(["x.zip!/b/5/pdata/1/2dseq: unreadable"]);
  expect(found.reconstructions.map(({ path }) => path)).toContain("x.zip!/a/5/pdata/1");
  expect(found.reconstructions.map(({ path }) => path)).not.toContain("x.zip!/b/5/pdata/1");
});

test("an archive in an archive is named", async () => {
  const found = await find(bad("x.zip", [...study(""), entry("more/y.PvDatasets")]));
  expect(skips(found)).toEqual(["x.zip!/more/y.PvDatasets: unsafe-archive"]);
  expect(found.reconstructions).toHaveLength(2);
});

test("an archive of more than the limit is not unpacked; k-space does not count", async () => {
  const zeros = Buffer.alloc(2_000_000);
  const packed = { bytes: zeros, packed: deflateRawSync(zeros), method: 8 };
  const limits = { ...rawLimits, archive: { ...archiveLimits, bytes: 1_000_000 } };
  const bomb = bad("x.zip", [...study(""), entry("6/pdata/1/2dseq", packed)]);
  expect(skips(await find(bomb, limits))).toEqual(["x.zip: unsafe-archive"]);
  const raw = bad("x.zip", [...study(""), entry("6/fid", packed)]);
  expect(skips(await find(raw, limits))).toEqual([]);
});

test("an archive that lies about a file's size fills no disk", async () => {
  const zeros = Buffer.alloc(5_000_000);
  const liar = { bytes: zeros, packed: deflateRawSync(zeros), method: 8, size: 10 };
  const found = await find(bad("x.zip", [...study(""), entry("6/pdata/1/2dseq", liar)]));
  expect(skips(found)).toEqual(["x.zip!/6/pdata/1/2dseq: unreadable"]);
});

test("hidden files of an archive, as macOS makes them, are passed over", async () => {
  const found = await find(
    bad("x.zip", [...study(""), entry("__MACOSX/5/._2dseq"), entry(".x/2dseq")]),
  );
  expect(skips(found)).toEqual([]);
  expect(found.reconstructions).toHaveLength(2);
});
