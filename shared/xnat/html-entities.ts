// XNAT escapes in two places: parameters when it reads them (so `&` is stored as `&amp;`), and the values of dicomdump with
// the names of HTML 4. Titles of DICOM series and all else reach lists and items as they are and must not be unescaped.

/** Names of U+00A0 to U+00FF in HTML 4, in order. */
const latin1 =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot " +
  "cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml " +
  "Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig " +
  "agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute " +
  "ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

const characters = new Map<string, string>([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["mu", "\u03bc"],
  ...latin1
    .split(" ")
    .map((name, index) => [name, String.fromCodePoint(0xa0 + index)] as [string, string]),
]);

/** The text before it was escaped once: `&amp;lt;` becomes `&lt;`. Names it does not know stay as they are. */
export function unescapeOnce(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z0-9]+));/g,
    (all, dec, hex, name) => {
      if (name !== undefined) return characters.get(name) ?? all;
      const point = dec === undefined ? Number.parseInt(hex, 16) : Number(dec);
      return point <= 0x10ffff ? String.fromCodePoint(point) : all;
    },
  );
}
