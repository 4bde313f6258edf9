import { describe, expect, test } from "vitest";
import { decodeText } from "#shared/dicom/decode-text.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");

describe("text by SpecificCharacterSet", () => {
  test("ASCII needs none, and padding goes", () => {
    expect(decodeText(bytes(" kidney \0"), [])).toEqual({ text: " kidney", damaged: false });
  });

  // PS3.5 annexes H, I, J and K give the Japanese, Korean and Chinese names.
  test.each([
    [["ISO_IR 100"], "Buc^J\xe9r\xf4me", "Buc^Jérôme"],
    [["ISO_IR 144"], "\xbb\xee\xda", "Люк"],
    [["ISO_IR 126"], "\xc4\xe9\xef", "Διο"],
    [["ISO_IR 13"], "\xd4\xcf\xc0\xde", "ﾔﾏﾀﾞ"],
    [["", "ISO 2022 IR 87"], "Yamada=\x1b$B;3ED\x1b(B", "Yamada=山田"],
    [["ISO 2022 IR 13", "ISO 2022 IR 87"], "\xd4\xcf=\x1b$B;3\x1b(J", "ﾔﾏ=山"],
    [["", "ISO 2022 IR 149"], "Hong=\x1b$)C\xfb\xf3", "Hong=洪"],
    [["", "ISO 2022 IR 58"], "Wang=\x1b$)A\xcd\xf5", "Wang=王"],
    [["GB18030"], "\xcd\xf5", "王"],
    [["ISO_IR 192"], "\xe7\x8e\x8b", "王"],
  ])("%j", (sets, text, expected) => {
    expect(decodeText(bytes(text), sets)).toEqual({ text: expected, damaged: false });
  });

  test.each([
    [[], "tum\xc3\xb6r", "tumör"],
    [[], "tum\xf6r", "tumör"],
    [["NO SUCH SET"], "tum\xf6r", "tumör"],
    [["ISO_IR 192"], "tum\xf6r", "tum\ufffdr"],
    [[], "\x1b(X\xf6", "(Xö"],
  ])("%j: bytes without meaning are told", (sets, text, expected) => {
    expect(decodeText(bytes(text), sets)).toEqual({ text: expected, damaged: true });
  });
});
