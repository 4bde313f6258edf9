import { describe, expect, test } from "vitest";
import { isUnexplained, recognizePage } from "#shared/xnat/classify-answer.ts";
import { excerptOf, makeRedact } from "#shared/xnat/redact.ts";
import { stripTags } from "#shared/xnat/strip-tags.ts";

describe("the words of a page", () => {
  test("are left over; what is not shown goes, and what has no end stays", () => {
    const page =
      "<head><title>T</title></head><!-- a > b --><BODY class='x'>one<br>two<script>if(a<b)</script >3";
    expect(stripTags(page, "|").replace(/ +/g, " ")).toBe(" |one|two 3");
    expect(stripTags("a<!-- b", "")).toBe("a<!-- b");
    expect(stripTags("<script>a", "")).toBe("a");
  });

  test.each(["<!--", "<!---->", "<", "<script>", "<head", "<title>", "</head ", "<x", " "])(
    "of a page of nothing but %s are found at once",
    (piece) => {
      const redact = makeRedact(() => ["secret123"]);
      const page = `${piece.repeat(4_000_000 / piece.length)}x`;
      const began = performance.now();
      excerptOf(page, redact);
      isUnexplained(400, page.slice(0, 65_536));
      recognizePage(page);
      recognizePage(`${"<!---->".repeat(60)}x`);
      // The former expressions took minutes.
      expect(performance.now() - began).toBeLessThan(2_000);
    },
  );
});
