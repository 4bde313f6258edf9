import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InputError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { findCollections } from "#shared/roi/find-collections.ts";
import { writeAim } from "#test/phantom/aim-text.ts";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { writeRtstruct } from "#test/phantom/rtstruct-bytes.ts";
import { collection } from "./collections.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "collections-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string | Uint8Array>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
const aim = (name = "a") => writeAim({ annotations: [{ name, markups: [] }] });
const rtstruct = (name = "a") => writeRtstruct({ rois: [{ number: 1, name, contours: [] }] });
const image = encodeDicom([["00080060", "CS", "MR"]]);
const other = (kind: "SEG" | "NIFTI") => async (file: FoundFile) =>
  collection({ kind, path: file.path, sha256: file.path });
const readers = { SEG: other("SEG"), NIFTI: other("NIFTI") };
const find = (
  paths: readonly string[],
  more: Partial<Parameters<typeof findCollections>[1]> = {},
) =>
  findCollections(
    paths.map((path) => join(folder, path)),
    { contours: "auto", readers, ...more },
  );
const used = async (...paths: string[]) => (await find(paths)).collections.map(({ path }) => path);

describe("collections in files and folders", () => {
  test("the folder of an assessor: catalogs and hidden files are passed over", async () => {
    write({
      "AIM/x.xml": aim(),
      "AIM/AIM_catalog.xml": "<cat:Catalog/>",
      "AIM/.hidden.xml": "<",
      "RTSTRUCT/x.dcm": rtstruct(),
      "RTSTRUCT/RTSTRUCT_catalog.xml": "<cat:Catalog/>",
    });
    const { collections, alternatives, skipped } = await find([""]);
    expect(collections.map(({ path }) => path)).toEqual(["AIM/x.xml"]);
    expect(alternatives.map((pair) => pair.other.path)).toEqual(["RTSTRUCT/x.dcm"]);
    expect(skipped).toEqual([]);
    expect((await find([""], { contours: "rtstruct" })).collections[0]!.path).toBe(
      "RTSTRUCT/x.dcm",
    );
  });

  test("a session: each assessor for itself, other forms by their readers", async () => {
    write({
      "A1/AIM/x.xml": aim(),
      "A2/RTSTRUCT/x.dcm": rtstruct("b"),
      "A3/SEG/x.dcm": encodeDicom([["00080060", "CS", "SEG"]]),
      "A4/NIFTI/mask.nii.gz": "no matter",
      "A4/NIFTI/mask.json": "{}",
      "A4/NIFTI/mask.txt": "1 kidney",
      "A5/MEAS/x.json": "{}",
    });
    const { collections, skipped } = await find([""]);
    expect(collections.map(({ kind }) => kind)).toEqual(["AIM", "RTSTRUCT", "SEG", "NIFTI"]);
    expect(skipped).toEqual([
      {
        code: "SKIPPED_FILE",
        severity: "info",
        text: "Skipped A5/MEAS/x.json: measurements (JSON), which are not regions.",
        value: 1,
      },
    ]);
  });

  test("several paths: folders are told apart, files given twice are read once", async () => {
    write({ "one/x.xml": aim("a"), "two/x.xml": aim("b") });
    expect(await used("one", "two", "one/x.xml", "two")).toEqual(["one/x.xml", "two/x.xml"]);
    expect(await used("one/x.xml")).toEqual(["x.xml"]);
  });

  test("a copy is read once and told", async () => {
    write({ "a.xml": aim(), "b.xml": aim() });
    const { collections, skipped } = await find([""]);
    expect(collections).toHaveLength(1);
    expect(skipped[0]!.text).toBe("Skipped b.xml: a copy of a.xml.");
  });

  test("a folder: what cannot be read is an error among the skipped, images are a line", async () => {
    write({
      "a.xml": aim(),
      "b.xml": "<ImageAnnotationCollection>",
      "c.xml": "<html/>",
      "images/1.dcm": image,
      "images/2.dcm": image,
      "images/3.dcm": image,
      "images/4.dcm": image,
      "notes.txt": "hello",
    });
    const { skipped } = await find([""]);
    expect(skipped.map(({ severity, collection: path }) => [severity, path])).toEqual([
      ["error", "b.xml"],
      ["info", "c.xml"],
      ["info", undefined],
      ["info", undefined],
    ]);
    expect(skipped[2]!.text).toBe(
      "Skipped images/1.dcm, images/2.dcm, images/3.dcm and 1 more: DICOM of modality MR.",
    );
  });

  test.each([
    ["empty.dcm", "", "E-ROI-FILE", "empty.dcm (0 bytes) is no collection of regions: empty"],
    [
      "short.dcm",
      Buffer.alloc(100),
      "E-ROI-FILE",
      "short.dcm (100 bytes) is no collection of regions: neither DICOM nor AIM",
    ],
    ["image.dcm", image, "E-ROI-FILE", "regions: DICOM of modality MR"],
    ["cut.dcm", rtstruct().subarray(0, 300), "E-TRUNCATED", "it has 300 bytes"],
    ["AIM_catalog.xml", "<cat:Catalog/>", "E-NOT-AIM", "is an XNAT catalog"],
    [
      "m.json",
      '{"measurements":[]}',
      "E-ROI-FILE",
      "regions: measurements (JSON), which are not regions",
    ],
  ])("%s given itself is refused", async (name, content, code, what) => {
    write({ [name]: content, "sound.xml": aim() });
    const refusal = find([name, "sound.xml"]);
    await expect(refusal).rejects.toMatchObject({ code });
    await expect(refusal).rejects.toThrow(what);
  });

  test("a path that does not exist", async () => {
    await expect(find(["missing"])).rejects.toMatchObject({ code: "E-ROI-PATH", tag: "usage" });
  });

  test("nothing found: what was looked for, and what is there", async () => {
    write({ "MEAS/x.json": "{}", "MEAS/MEAS_catalog.xml": "<a/>", "1.dcm": image });
    const refusal = find([""]);
    await expect(refusal).rejects.toMatchObject({ code: "E-NO-ROI" });
    await expect(refusal).rejects.toThrow(
      "Looked for AIM (XML), RTSTRUCT and SEG (DICOM) and label maps (NIfTI); found: 1.dcm (DICOM of modality MR); MEAS/x.json (measurements (JSON), which are not regions).",
    );
    mkdirSync(join(folder, "void"));
    await expect(find(["void"])).rejects.toThrow("found: no files.");
  });

  test("nothing readable: the one reason, or all of them", async () => {
    write({ "a.xml": "<a" });
    await expect(find([""])).rejects.toMatchObject({ code: "E-XML" });
    write({ "b.xml": "<b" });
    const refusal = find([""]);
    await expect(refusal).rejects.toMatchObject({ code: "E-NO-ROI" });
    await expect(refusal).rejects.toThrow(
      /a\.xml is no well-formed XML.*b\.xml is no well-formed XML/,
    );
  });

  test("links in a folder are not followed, a link that is given is", async () => {
    write({ "a.xml": aim() });
    mkdirSync(join(folder, "links"));
    symlinkSync(join(folder, "a.xml"), join(folder, "links/l.xml"));
    await expect(find(["links"])).rejects.toMatchObject({ code: "E-NO-ROI" });
    expect(await used("links/l.xml")).toEqual(["l.xml"]);
  });

  test("a reader's refusal is passed on, its bug is not hidden", async () => {
    write({ "a.xml": aim(), "m.nii": "x" });
    const refusing = async () => {
      throw new InputError("E-NOT-NIFTI", "m.nii is none.", "");
    };
    const { skipped } = await find([""], { readers: { ...readers, NIFTI: refusing } });
    expect(skipped).toMatchObject([{ severity: "error", text: "m.nii is none." }]);
    const failing = async () => {
      throw new TypeError("bug");
    };
    await expect(find([""], { readers: { ...readers, NIFTI: failing } })).rejects.toThrow("bug");
  });
});
