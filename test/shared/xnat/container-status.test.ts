import { expect, test } from "vitest";
import { isOver, toContainerStatus } from "#shared/xnat/container-status.ts";

test.each([
  ["Queued", "queued"],
  ["_Queued", "queued"],
  ["Staging", "queued"],
  ["Created", "queued"],
  ["_Waiting", "queued"],
  ["_Finalizing", "finalizing"],
  ["Pending", "queued"],
  ["preparing", "queued"],
  ["Running", "running"],
  ["running", "running"],
  ["start", "running"],
  ["die", "finalizing"],
  ["complete", "finalizing"],
  ["failed", "finalizing"],
  ["Finalizing", "finalizing"],
  ["Complete", "complete"],
  ["Failed", "failed"],
  ["Killed", "killed"],
  ["", "unknown"],
  ["Sleeping", "unknown"],
])("%s is %s", (text, state) => {
  const status = toContainerStatus(text);
  expect(status.state).toBe(state);
  expect(isOver(status)).toBe(/^(Complete|Failed|Killed)/.test(text));
});

test("failures keep their stage and the details of the workflow", () => {
  expect(toContainerStatus("Failed (Command resolution)", "Missing values.")).toEqual({
    state: "failed",
    reason: "Command resolution: Missing values.",
  });
  expect(toContainerStatus("Failed", "Non-zero exit code")).toEqual({
    state: "failed",
    reason: "Non-zero exit code",
  });
  expect(toContainerStatus("Failed (Upload)")).toEqual({ state: "failed", reason: "Upload" });
});

test("a kill for want of memory is told from others", () => {
  expect(toContainerStatus("Killed (Out of Memory)")).toEqual({
    state: "killed",
    outOfMemory: true,
  });
  expect(toContainerStatus("Killed")).toEqual({ state: "killed", outOfMemory: false });
});
