import { describe, expect, test } from "vitest";
import { classifyAnswer, isUnexplained, recognizePage } from "#shared/xnat/classify-answer.ts";

describe("an answer", () => {
  test.each([
    [401, "", "auth"],
    [403, "", "forbidden"],
    [403, "Operation already in progress on this prearchive entry.", "locked"],
    [404, "Unable to find the specified catalog.", "not-found"],
    [409, "Specified resource already exists.", "exists"],
    [409, "Project must be modified through separate URI.", "conflict"],
    [409, "session document locked", "locked"],
    [400, "Concurrent file sends of the same data is not supported.", "locked"],
    [413, "<h1>413 Request Entity Too Large</h1>", "proxy"],
    [417, "Invalid character in subject label.", "validation"],
    [422, "", "validation"],
    [423, "", "locked"],
    [429, "", "transient"],
    [500, "", "transient"],
    [500, "In-body File posts must include the file directly", "validation"],
    [500, "java.io.IOException: No space left on device", "disk"],
    [500, "FAILED: conflict", "conflict"],
    [500, "only DEFLATED entries can have EXT descriptor", "validation"],
    [502, "", "proxy"],
    [503, "", "transient"],
    [504, "", "proxy"],
    [507, "", "disk"],
    [524, "", "proxy"],
    [418, "", "validation"],
    [304, "", "protocol"],
  ])("%i %s means %s", (status, text, kind) => {
    expect(classifyAnswer(status, undefined, text).kind).toBe(kind);
  });

  test("a redirect names the host it leads to and no more of the address", () => {
    const verdict = classifyAnswer(302, "https://evil.org:1/x?password=p", "");
    expect(verdict).toMatchObject({ kind: "refused-redirect", rule: "P1" });
    expect(verdict.found).toContain("https://evil.org:1 ");
    expect(verdict.found).not.toContain("password");
    expect(classifyAnswer(303, "http://[", "").found).toContain("no address");
    expect(classifyAnswer(302, "/app/template/Login.vm", "").kind).toBe("auth");
  });

  test("pages are told from catalogs, lists and words", () => {
    expect(recognizePage("<!-- BEGIN xnat-templates/screens/Login.vm -->")).toBe("login");
    expect(recognizePage("\uFEFF\n<!-- x --> <!DOCTYPE html><p>")).toBe("html");
    expect(recognizePage("<HTML><p>")).toBe("html");
    for (const text of [
      '<?xml version="1.0"?><cat:Catalog/>',
      '{"duplicates":[]}',
      "XNAT_E1",
      "",
    ]) {
      expect(recognizePage(text)).toBeUndefined();
    }
  });

  test("a 400 without reason is told from one that gives it (A8)", () => {
    expect(isUnexplained(400, "")).toBe(true);
    expect(isUnexplained(431, "anything")).toBe(true);
    expect(isUnexplained(400, "<html><h1>HTTP Status 400 – Bad Request</h1></html>")).toBe(true);
    expect(isUnexplained(400, "<h1>400 Bad Request</h1>Request Header Or Cookie Too Large")).toBe(
      true,
    );
    expect(isUnexplained(400, "Invalid value for xsiType")).toBe(false);
    expect(isUnexplained(404, "")).toBe(false);
  });
});
