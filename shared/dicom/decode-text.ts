/** Text of an element, and whether some of its bytes had no meaning in the stated character set. */
export interface DecodedText {
  /** Without trailing blanks and NUL. */
  readonly text: string;
  readonly damaged: boolean;
}

/** Defined terms of SpecificCharacterSet (PS3.3 C.12.1.1.2) to labels of the Encoding Standard. */
const byTerm: Record<string, string> = {
  "": "ascii",
  "ISO_IR 6": "ascii",
  "ISO_IR 13": "shift_jis",
  "ISO_IR 100": "iso-8859-1",
  "ISO_IR 101": "iso-8859-2",
  "ISO_IR 109": "iso-8859-3",
  "ISO_IR 110": "iso-8859-4",
  "ISO_IR 126": "iso-8859-7",
  "ISO_IR 127": "iso-8859-6",
  "ISO_IR 138": "iso-8859-8",
  "ISO_IR 144": "iso-8859-5",
  "ISO_IR 148": "iso-8859-9",
  "ISO_IR 149": "euc-kr",
  "ISO_IR 166": "windows-874",
  "ISO_IR 192": "utf-8",
  "ISO_IR 203": "iso-8859-15",
  "ISO_IR 58": "gb2312",
  GB18030: "gb18030",
  GBK: "gbk",
};

/** Escape sequences of ISO 2022 (PS3.3 tables C.12-3 and C.12-4), without the escape, to what is read after them. */
const byEscape: Record<string, string> = {
  "(B": "ascii",
  "(J": "shift_jis",
  ")I": "shift_jis",
  "-A": "iso-8859-1",
  "-B": "iso-8859-2",
  "-C": "iso-8859-3",
  "-D": "iso-8859-4",
  "-F": "iso-8859-7",
  "-G": "iso-8859-6",
  "-H": "iso-8859-8",
  "-L": "iso-8859-5",
  "-M": "iso-8859-9",
  "-T": "windows-874",
  "-b": "iso-8859-15",
  $B: "iso-2022-jp",
  "$)C": "euc-kr",
  "$)A": "gb2312",
};

/**
 * Text by the values of SpecificCharacterSet (0008,0005); several values mean ISO 2022 with escape sequences.
 *
 * Bytes beyond ASCII where no character set, or an unknown one, is stated are read as UTF-8 where they are that, else as
 * ISO 8859-1, and reported as damaged.
 */
export function decodeText(bytes: Uint8Array, characterSets: readonly string[]): DecodedText {
  const plain = bytes.every((byte) => byte < 0x80 && byte !== 0x1b);
  if (plain) return { text: trim(Buffer.from(bytes).toString("latin1")), damaged: false };
  const first = (characterSets[0] ?? "").trim().replace("ISO 2022 IR", "ISO_IR");
  const start = byTerm[first] ?? "ascii";
  const escapes = start !== "utf-8" && !/^GB/.test(first);
  const parts = escapes ? splitAtEscapes(bytes, start) : [{ label: start, bytes }];
  const decoded = parts.map((part) => decodePart(part.bytes, part.label));
  return {
    text: trim(decoded.map(({ text }) => text).join("")),
    damaged: decoded.some(({ damaged }) => damaged),
  };
}

const trim = (text: string): string => text.replace(/[\0 ]+$/, "");

interface Part {
  readonly label: string;
  readonly bytes: Uint8Array;
}

function splitAtEscapes(bytes: Uint8Array, first: string): readonly Part[] {
  const parts: Part[] = [];
  let label = first;
  let from = 0;
  for (let at = bytes.indexOf(0x1b); at >= 0; at = bytes.indexOf(0x1b, from)) {
    parts.push({ label, bytes: bytes.subarray(from, at) });
    const following = Buffer.from(bytes.subarray(at + 1, at + 4)).toString("latin1");
    const known = [following.slice(0, 2), following].find((text) => text in byEscape);
    label = known === undefined ? "ascii" : byEscape[known]!;
    from = at + 1 + (known?.length ?? 0);
  }
  parts.push({ label, bytes: bytes.subarray(from) });
  return parts.filter((part) => part.bytes.length > 0);
}

function decodePart(bytes: Uint8Array, label: string): DecodedText {
  if (label === "ascii") {
    if (bytes.every((byte) => byte < 0x80)) return attempt(bytes, "iso-8859-1");
    const utf8 = attempt(bytes, "utf-8");
    return { text: utf8.damaged ? attempt(bytes, "iso-8859-1").text : utf8.text, damaged: true };
  }
  // The decoder of JIS X 0208 begins in ASCII: it needs the escape sequence again.
  if (label === "iso-2022-jp") return attempt(Uint8Array.of(0x1b, 0x24, 0x42, ...bytes), label);
  return attempt(bytes, label);
}

function attempt(bytes: Uint8Array, label: string): DecodedText {
  try {
    return { text: new TextDecoder(label, { fatal: true }).decode(bytes), damaged: false };
  } catch {
    return { text: new TextDecoder(label).decode(bytes), damaged: true };
  }
}
