import { describe, expect, test } from "vitest";
import { dropSmallComponents, fillHoles } from "#shared/volume/components.ts";

const draw = (...rows: string[]): Uint8Array =>
  Uint8Array.from(rows.join(""), (letter) => (letter === "#" ? 1 : 0));

describe("components", () => {
  test("small ones go, whole ones stay; corners do not connect", () => {
    const mask = draw("##..#", "#..#.", "....#", "###..");
    dropSmallComponents(mask, [5, 4, 1], 3);
    expect(mask).toEqual(draw("##...", "#....", ".....", "###.."));
  });

  test("voxels connect across slices and not around the edge of a row", () => {
    const across = draw("#..", "...", /* next slice */ "#..", "...");
    dropSmallComponents(across, [3, 2, 2], 2);
    expect(across).toEqual(draw("#..", "...", "#..", "..."));
    const wrapped = draw("..#", "#..");
    dropSmallComponents(wrapped, [3, 2, 1], 2);
    expect(wrapped.includes(1)).toBe(false);
  });

  test("holes are filled slice by slice, bays are not", () => {
    const mask = draw(
      "####.",
      "#..#.",
      "####.",
      "#.##.",
      /* next slice */ ".....",
      ".###.",
      ".#.#.",
      ".###.",
    );
    fillHoles(mask, [5, 4, 2]);
    expect(mask).toEqual(
      draw("####.", "####.", "####.", "#.##.", ".....", ".###.", ".###.", ".###."),
    );
  });

  test("a hole with a diagonal gap is closed, as its way out leads over no face", () => {
    const mask = draw(".##.", "#..#", "#..#", ".##.");
    fillHoles(mask, [4, 4, 1]);
    expect(mask).toEqual(draw(".##.", "####", "####", ".##."));
  });
});
