import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { excerptOf, makeRedact } from "#shared/xnat/redact.ts";

describe("secrets", () => {
  test("are removed in every spelling of an echo", () => {
    const secret = "a&b c/\"d'é";
    const redact = makeRedact(() => [secret]);
    const spellings = [
      secret,
      encodeURIComponent(secret),
      encodeURIComponent(secret).toLowerCase(),
      "a&amp;b c/&quot;d&#39;é",
      JSON.stringify(secret),
      Buffer.from(secret).toString("base64"),
    ];
    for (const spelling of spellings) expect(redact(`x ${spelling} y`)).toMatch(/^x "?\*\*\*"? y$/);
  });

  test("are removed in the ways that pages of Java write quotes", () => {
    const redact = makeRedact(() => [`it's "secret"`]);
    for (const echo of [
      "it&#039;s &#034;secret&#034;",
      "it&#39;s &quot;secret&quot;",
      "it&#x27;s &#34;secret&#34;",
    ])
      expect(redact(`(${echo})`)).toBe("(***)");
  });

  test("whoever they belong to: sessions, headers, tokens", () => {
    const redact = makeRedact(() => []);
    const text =
      'JSESSIONID=0A1B; Authorization: Basic ZGVtbzpzZWNyZXQ= {"secret":"abc"} ?password=x&a=1 XNAT_PASS=q';
    const clean = redact(text);
    for (const hidden of ["0A1B", "ZGV", "abc", "=x", "=q"]) expect(clean).not.toContain(hidden);
    expect(clean).toContain("&a=1");
  });

  test("a short one is looked for as a word", () => {
    const redact = makeRedact(() => ["ab"]);
    expect(redact("about ab table (ab)")).toBe("about *** table (***)");
  });

  test("never stay in an excerpt, whatever surrounds them", () => {
    const secrets = fc
      .string({ minLength: 8, maxLength: 20 })
      .filter((text) => /^[!-~]+$/.test(text));
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        const redact = makeRedact(() => [secret]);
        const excerpt = excerptOf(`${before} ${secret} ${after}`, redact);
        expect(excerpt.replaceAll("***", "")).not.toContain(secret);
      }),
    );
  });

  test("an excerpt is one short line of words", () => {
    const page = `<html><head><title>t</title></head><style>x{}</style><h1>Not\n found</h1>\u001b[31m${"y".repeat(999)}`;
    const excerpt = excerptOf(page, (text) => text);
    expect(excerpt).toMatch(/^Not found {0,1}\[31my+$/);
    expect(excerpt.length).toBe(300);
  });

  test("the foot of the server's error page is left out", () => {
    const page =
      '<h3>No such project</h3><p>You can get technical details <a href="x">here</a>.<br>\nPlease continue your visit at our <a href="/">home page</a>.\n</p>';
    expect(excerptOf(page, (text) => text)).toBe("No such project");
  });

  test("a secret cut at the end of what was read is left out", () => {
    const redact = makeRedact(() => ["supersecret"]);
    expect(excerptOf(`${"<br>".repeat(2000)}supersec`, redact, true)).not.toContain("supersec");
  });
});
