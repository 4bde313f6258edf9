import { expect, test } from "vitest";
import {
  describeInput,
  digestInput,
  encodeManifest,
  encodeProvenance,
  resultOptions,
} from "#shared/program/provenance.ts";
import { exampleSeries, memoryContext } from "#test/shared/derivatives/example-fit.ts";

const { identity } = exampleSeries();
const options = {
  ...{ input: "/in", output: "/out", overwrite: true, workers: 3, strict: false },
  ...{ "log-format": "text", model: "2par", "max-t2": undefined },
};

test("options that decide the result stand apart from those of the place and manner of a run", () => {
  expect(resultOptions(options, new Set(["model", "input"]))).toEqual({
    model: { value: "2par", given: true },
    "max-t2": { value: null, given: false },
  });
});

test("two runs at other times, in other folders, differ in the block `run` alone", () => {
  const encode = (input: string) => {
    const context = { ...memoryContext(), startedAt: new Date(Math.random() * 1e12) };
    return JSON.parse(
      encodeProvenance(context, { ...options, input }, describeInput(identity), { x: 1 }),
    );
  };
  const [{ run: one, ...first }, { run: two, ...second }] = [encode("/a"), encode("/b")];
  expect(second).toEqual(first);
  expect(one).not.toEqual(two);
  expect(one).toMatchObject({
    options: { input: "/a", workers: 3, overwrite: true },
    ...{ workers: 1, cores: expect.any(Number), peakMemoryMB: expect.any(Number) },
  });
  expect(first).toMatchObject({
    program: { name: "fit", version: "1.2.3", commit: "abc", containerImage: null },
    x: 1,
  });
});

test("the manifest lists files by name, with size and digest but for the record that holds times", async () => {
  const context = memoryContext();
  await context.output.write("report/provenance.json", "{}");
  await context.output.write("maps/b", "bb");
  await context.output.write("maps/a", "");
  const { files } = JSON.parse(encodeManifest(context));
  expect(files).toEqual([
    // sha256sum of an empty file and of "bb".
    {
      path: "maps/a",
      size: 0,
      sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    },
    {
      path: "maps/b",
      size: 2,
      sha256: "3b64db95cb55c763391c707108489ae18b4112d783300de38e033b4c98c3deaf",
    },
    { path: "report/provenance.json" },
  ]);
});

test("the digest of an input is that of its files, whatever their names and order", () => {
  const file = (path: string, sha256: string) => ({ path, sha256, sopInstanceUID: "" });
  const one = { ...identity, files: [file("a", "bb"), file("b", "aa")] };
  const two = { ...identity, files: [file("x", "aa"), file("y", "bb")] };
  // printf 'aa\nbb\n' | sha256sum
  const digest = "329d670e59ead1543a2d36865895972560bc434204c5f4a0c8219005dd312719";
  expect([digestInput(one), digestInput(two)]).toEqual([digest, digest]);
});
