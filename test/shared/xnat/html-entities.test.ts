import { expect, test } from "vitest";
import { unescapeOnce } from "#shared/xnat/html-entities.ts";

test("a text is unescaped once, and once only", () => {
  expect(unescapeOnce("a &lt; b &amp;amp; c &quot;d&quot; &apos;e&#39;")).toBe(
    "a < b &amp; c \"d\" 'e'",
  );
});

test("names and numbers of HTML 4 are known: dicomdump writes umlauts so", () => {
  expect(unescapeOnce("Universit&auml;t Z&uuml;rich &micro;m 2&times;2 &#956; &#x3bc;")).toBe(
    "Universität Zürich µm 2×2 μ μ",
  );
  expect(unescapeOnce("&nbsp;&yuml;&szlig;")).toBe("\u00a0ÿß");
});

test("what is no entity stays", () => {
  expect(unescapeOnce("AT&T; R&D &unknown; &#99999999; & ;")).toBe(
    "AT&T; R&D &unknown; &#99999999; & ;",
  );
  expect(unescapeOnce("&#1114112;")).toBe("&#1114112;");
});
