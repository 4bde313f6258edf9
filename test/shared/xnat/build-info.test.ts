import { expect, test } from "vitest";
import { readBuildInfo, readPlugins } from "#shared/xnat/build-info.ts";
import { hasXnatData, readXnatData } from "#test/command-json/xnat-data.ts";
import { fakeConnection } from "./fake-connection.ts";

test("the version is read", async () => {
  const connection = fakeConnection(() => ({ value: { version: "1.8.11", isDirty: "false" } }));
  expect(await readBuildInfo(connection)).toEqual({ version: "1.8.11" });
  await expect(readBuildInfo(fakeConnection(() => ({ value: {} })))).rejects.toMatchObject({
    kind: "protocol",
  });
});

test.skipIf(!hasXnatData)("a recorded answer is read", async () => {
  const value = readXnatData("recorded/xnatpy/buildinfo-1.7.5.6.json");
  expect(await readBuildInfo(fakeConnection(() => ({ value })))).toEqual({ version: "1.7.5.6" });
});

test("plugins go by their ids", async () => {
  const connection = fakeConnection(() => ({
    value: {
      containers: { id: "containers", name: "Container Service", version: "3.7.3" },
      Viewer: { name: "OHIF" },
    },
  }));
  expect([...(await readPlugins(connection))]).toEqual([
    ["containers", "3.7.3"],
    ["Viewer", ""],
  ]);
});
