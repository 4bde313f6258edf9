import { expect, test } from "vitest";
import { itemFolder } from "#containers/project-runner/item-folder.ts";
import { nameOfPlace } from "#containers/project-runner/open-work.ts";

test("sites and projects whose ids are alike have work folders of their own", () => {
  const places = [
    ["http://xnat.example.org", "A"],
    ["http://xnat.example.org:8080", "A"],
    ["http://xnat.example.org/test", "A"],
    ["http://xnat.example.org", "A_B"],
    ["http://xnat.example.org", "A B"],
    ["http://xnat.example.org", "a"],
  ] as const;
  const names = places.map(([url, project]) => nameOfPlace(url, project));
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(places.length);
  for (const name of [...names, nameOfPlace("http://x", "../..")]) {
    expect(name).toMatch(/^[\w][\w.-]*$/);
  }
});

test("items have folders of their own, which no id leads out of", () => {
  const keys = ["E_1/2/process-t2", "E/1_2/process-t2", "E/../process-t2", "E/1 2/process-t2"];
  const folders = keys.map((key) => itemFolder({ work: "/w" }, { key }, "items"));
  expect(new Set(folders).size).toBe(keys.length);
  for (const folder of folders) expect(folder).toMatch(/^\/w\/items\/[^/]+$/);
});
