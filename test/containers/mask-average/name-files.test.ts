import { expect, test } from "vitest";
import { makeDistinct, nameFiles, slugOf } from "../../../containers/mask-average/name-files.ts";

test("names of any kind become safe parts of a path", () => {
  expect(slugOf("kidney 2 (left)")).toBe("kidney-2-left");
  expect(slugOf("tumör")).toBe("tumor");
  expect(slugOf("../../etc/passwd")).toBe("etc-passwd");
  expect(slugOf("腎臓")).toBe("");
  expect(slugOf("x".repeat(500))).toHaveLength(40);
});

test("files are told apart by number, then by order", () => {
  expect(
    nameFiles("roi", [
      { number: 4, name: "cyst" },
      { number: 5, name: "cyst" },
      { number: 5, name: "Cyst" },
      { number: 6, name: "腎臓" },
    ]),
  ).toEqual(["roi-04_cyst", "roi-05_cyst", "roi-05_Cyst-2", "roi-06"]);
  expect(nameFiles("roi", [{ number: 12345, name: "" }])).toEqual(["roi-12345"]);
  expect(makeDistinct(["a", "A", "a-2"])).toEqual(["a", "A-2", "a-2-2"]);
});
