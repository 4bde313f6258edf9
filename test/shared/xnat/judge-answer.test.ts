import { expect, test } from "vitest";
import { complain, restate, unexpected } from "#shared/xnat/judge-answer.ts";

const call = {
  method: "GET",
  path: ["data", "projects", "RATT1"],
  query: { secret: "q" },
} as const;

test("an error says what was asked without the query, what was found, what to do", () => {
  const error = complain("not-stored", call, {
    found: "it is not there",
    hint: "Try.",
    rule: "O4",
  });
  expect(error.message).toBe("GET /data/projects/RATT1: it is not there. Try.");
  expect(error).toMatchObject({ code: "E-XNAT-NOT-STORED", rule: "O4", exitCode: 5 });
});

test("it quotes 300 characters, without secrets", () => {
  const answer = `{"secret": "s3cr3t-s3cr3t", "XNAT_PASS": "abc123"} JSESSIONID=0A1B2C3D4E ${"x".repeat(1000)}`;
  const error = unexpected(call, "no list", answer);
  expect(error.excerpt.length).toBe(300);
  expect(error.message).not.toMatch(/s3cr3t|0A1B2C3D4E|abc123/);
});

test("restated, it keeps status and answer", () => {
  const error = complain("not-found", call, {
    found: "404",
    hint: "",
    answer: "gone",
    status: 404,
  });
  const again = restate(error, call, { found: "no such project", hint: "Look.", rule: "A10" });
  expect(again).toMatchObject({
    kind: "not-found",
    status: 404,
    excerpt: "gone",
    rule: "A10",
    cause: error,
  });
});
