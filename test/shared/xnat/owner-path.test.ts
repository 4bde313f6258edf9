import { expect, test } from "vitest";
import {
  assessorPath,
  fileSegments,
  projectPath,
  resourceSegments,
  scanPath,
  sessionPath,
  subjectPath,
  userCachePath,
} from "#shared/xnat/owner-path.ts";

test.each([
  [projectPath("P"), "data/projects/P/resources/L"],
  [subjectPath("P", "M01"), "data/projects/P/subjects/M01/resources/L"],
  [sessionPath("E"), "data/experiments/E/resources/L"],
  [scanPath("E", "3"), "data/experiments/E/scans/3/resources/L"],
  [assessorPath("E", "A"), "data/experiments/E/assessors/A/resources/L"],
  [userCachePath(), "data/user/cache/resources/L"],
])("resources of %j lie where XNAT has them", (owner, path) => {
  expect(resourceSegments(owner, "L").join("/")).toBe(path);
  expect(fileSegments(owner, "L", "a/b c")).toEqual([...path.split("/"), "files", "a", "b c"]);
});
