import { expect, test } from "vitest";
import { commandJsonSchema, commandSchema } from "#command-json/schema.ts";
import { hasXnatData, listXnatData, readXnatData } from "./xnat-data.ts";

test.skipIf(!hasXnatData).each(listXnatData("own/commands"))("%s fits the schema", (path) => {
  expect(commandSchema.safeParse(readXnatData(path)).error).toBeUndefined();
});

test("the JSON Schema knows one command and an array of them, and refuses unknown keys", () => {
  const schema = commandJsonSchema() as { anyOf: readonly Record<string, unknown>[] };
  expect(schema.anyOf.map(({ type }) => type)).toEqual(["object", "array"]);
  expect(schema.anyOf[0]).toMatchObject({
    additionalProperties: false,
    required: expect.arrayContaining([
      "name",
      "image",
      "version",
      "command-line",
      "override-entrypoint",
    ]),
  });
});
