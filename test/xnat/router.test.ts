import { expect, test } from "vitest";
import type { Route } from "./exchange.ts";
import { openRouter, plainPath } from "./router.ts";

const route = (pattern: string, method: Route["method"] = "GET"): Route => ({
  method,
  pattern,
  handler: () => {},
});

const router = openRouter([
  route("/data/projects"),
  route("/data/projects/:project"),
  route("/data/projects/:project/subjects/:subject"),
  route("/data/projects/:project/subjects/special"),
  route("/data/experiments/:session/resources/:label/files/:rest*"),
  route("/data/experiments/:session/resources/:label/files"),
  route("/data/projects/:project", "PUT"),
]);

const found = (path: string, method = "GET"): unknown => {
  const match = router(method, path);
  return typeof match === "object" ? [match.route.pattern, match.params] : match;
};

test("literal segments win over parameters, which are decoded", () => {
  expect(found("/data/projects/P/subjects/special")).toEqual([
    "/data/projects/:project/subjects/special",
    { project: "P" },
  ]);
  expect(found("/data/projects/P/subjects/a%20b%2Fc")).toEqual([
    "/data/projects/:project/subjects/:subject",
    { project: "P", subject: "a b/c" },
  ]);
});

test("a slash at the end matters only to the rest of a path", () => {
  expect(found("/data/projects/")).toEqual(["/data/projects", {}]);
  expect(found("/data/experiments/E/resources/L/files/sub/")).toEqual([
    "/data/experiments/:session/resources/:label/files/:rest*",
    { session: "E", label: "L", rest: "sub/" },
  ]);
  expect(found("/data/experiments/E/resources/L/files/a/b%20c.dcm")).toEqual([
    "/data/experiments/:session/resources/:label/files/:rest*",
    { session: "E", label: "L", rest: "a/b c.dcm" },
  ]);
});

test("unknown paths and other methods are told apart", () => {
  expect(found("/data/nothing")).toBeUndefined();
  expect(found("/data/projects", "DELETE")).toBe("other method");
});

test("all spellings of a path become one", () => {
  for (const path of ["/data/archive/projects", "/REST/projects", "/REST/archive/projects"]) {
    expect(plainPath(path, "")).toBe("/data/projects");
    expect(plainPath(`/xnat${path}`, "/xnat")).toBe("/data/projects");
  }
  expect(plainPath("/data/projects", "/xnat")).toBeUndefined();
  expect(plainPath("/data/services/archive", "")).toBe("/data/services/archive");
});
