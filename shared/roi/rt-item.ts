import { decodeText } from "#shared/dicom/decode-text.ts";
import type { FileLayout } from "#shared/dicom/file-layout.ts";
import { type Budget, type Item, sequenceItems } from "#shared/dicom/sequence-items.ts";
import { parseDecimal } from "./decimal.ts";
import { rtTags } from "./rtstruct-tags.ts";

/** Items and elements that are read of a file: those of 50,000 contours with four images each. */
const mostParts = 1_000_000;

/** Values of a list (colour, frame numbers) that are read. */
const mostValues = 1000;

/** The data set of a file, or an item of one of its sequences; elements by tag. */
export interface RtItem {
  readonly has: (tag: number) => boolean;
  /** Bytes of a value as they lie in the file; none when it is missing. */
  readonly bytes: (tag: number) => Uint8Array;
  /** A value as text in the character set of the file, without padding at its end; empty when it is missing. */
  readonly text: (tag: number) => string;
  /** A whole number written in decimal; undefined when it is missing or none. */
  readonly integer: (tag: number) => number | undefined;
  readonly integers: (tag: number) => readonly (number | undefined)[];
  /** Items of a sequence, read one after another. Throws InputError E-BROKEN-DICOM. */
  readonly items: (tag: number) => Generator<RtItem>;
  readonly list: (tag: number) => readonly RtItem[];
  readonly characterSets: readonly string[];
  /** Texts with bytes that are not in the character set, of the whole file as far as it was read. */
  readonly damaged: ReadonlySet<string>;
}

/** The data set of a file, whose elements were looked at before. */
export function rtRoot(layout: FileLayout): RtItem {
  const { source, transferSyntax } = layout;
  const elements = new Map(layout.elements.map((element) => [element.tag, element]));
  const budget: Budget = { left: mostParts };
  const damaged = new Set<string>();
  const characterSets: string[] = [];

  const open = (item: Item): RtItem => {
    const bytes = (tag: number): Uint8Array => {
      const element = item.elements.get(tag);
      if (element === undefined) return new Uint8Array(0);
      const { valueStart, end } = element;
      const view = source.view(end);
      return new Uint8Array(view.buffer, view.byteOffset + valueStart, end - valueStart);
    };
    const text = (tag: number): string => {
      const decoded = decodeText(bytes(tag), characterSets);
      if (decoded.damaged) damaged.add(decoded.text);
      return decoded.text;
    };
    const integers = (tag: number): readonly (number | undefined)[] =>
      text(tag)
        .split("\\", mostValues)
        .map((part) => {
          const value = parseDecimal(part);
          return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
        });
    function* items(tag: number): Generator<RtItem> {
      const element = item.elements.get(tag);
      if (element === undefined) return;
      for (const inner of sequenceItems(source, element, item.encoding, budget)) yield open(inner);
    }
    return {
      has: (tag) => item.elements.has(tag),
      bytes,
      text,
      integer: (tag) => integers(tag)[0],
      integers,
      items,
      list: (tag) => [...items(tag)],
      characterSets,
      damaged,
    };
  };

  const root = open({ encoding: transferSyntax.encoding, elements });
  const stated = Buffer.from(root.bytes(rtTags.SpecificCharacterSet)).toString("latin1");
  characterSets.push(
    ...stated
      .split("\\", mostValues)
      .map((term) => term.replace(/\0/g, "").trim())
      .filter((term, i) => term !== "" || i > 0),
  );
  return root;
}
