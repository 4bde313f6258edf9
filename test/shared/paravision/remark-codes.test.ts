import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { remarkCodes } from "#shared/paravision/remark-codes.ts";

const root = join(import.meta.dirname, "../../..");
const sources = ["shared/paravision", "containers/mri2dicom"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".ts") && name !== "remark-codes.ts")
    .map((name) => readFileSync(join(root, folder, name), "utf8")),
);

test("every code of a remark is remarked somewhere, and says what it means in a sentence", () => {
  const unused = Object.keys(remarkCodes).filter(
    (code) => !sources.some((text) => text.includes(`"${code}"`)),
  );
  expect(unused).toEqual([]);
  for (const meaning of Object.values(remarkCodes)) expect(meaning).toMatch(/^[A-Z].*\.$/);
});
