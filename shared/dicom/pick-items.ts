import type { DicomJson, DicomJsonElement } from "#shared/volume/series-volume.ts";
import { decodeText } from "./decode-text.ts";
import type { FileLayout } from "./file-layout.ts";
import { lookupVr, parseDecimal } from "./part10.ts";
import { type Budget, type Item, sequenceItems } from "./sequence-items.ts";
import { type Keyword, tags } from "./tags.ts";
import type { ElementSpan } from "./walk-elements.ts";

/** Attributes to read of the items of a sequence: values, or what to read of the items of a sequence in them. */
export type Wanted = { readonly [keyword in Keyword]?: true | Wanted };

/** Items and elements that are looked at in one sequence of a file: those of 100,000 frames. */
const mostParts = 2_000_000;

/**
 * The items of a top-level sequence with the attributes that are wanted, as DICOM JSON; everything else is stepped over. The
 * references and codes that a frame of a segmentation may carry are many times what places it, and cost nothing here.
 *
 * @throws InputError E-TRUNCATED, E-BROKEN-DICOM
 */
export function pickItems(
  layout: FileLayout,
  sequence: Keyword,
  wanted: Wanted,
): readonly DicomJson[] {
  const element = findElement(layout, sequence);
  if (element === undefined) return [];
  const characterSets = readCharacterSets(layout);
  const picker = { layout, characterSets, budget: { left: mostParts } };
  return [...pick(picker, element, layout.transferSyntax, Object.entries(wanted).map(toPart))];
}

function findElement(layout: FileLayout, keyword: Keyword): ElementSpan | undefined {
  const tag = Number.parseInt(tags[keyword], 16);
  return layout.elements.find((span) => span.tag === tag);
}

/** SpecificCharacterSet as it is stored: dcmjs says ISO_IR 192 for any, because its own texts are Unicode. */
function readCharacterSets(layout: FileLayout): readonly string[] {
  const element = findElement(layout, "SpecificCharacterSet");
  if (element === undefined) return [];
  const text = Buffer.from(bytesOf(layout, element)).toString("latin1");
  return text.split("\\").map((value) => value.replace(/\0/g, "").trim());
}

function bytesOf({ source }: FileLayout, { valueStart, end }: ElementSpan): Uint8Array {
  const view = source.view(end);
  return new Uint8Array(view.buffer, view.byteOffset + valueStart, end - valueStart);
}

interface Picker {
  readonly layout: FileLayout;
  readonly characterSets: readonly string[];
  readonly budget: Budget;
}

/** A wanted attribute: its tag as number and as text, and what is wanted inside. */
interface Part {
  readonly tag: number;
  readonly name: string;
  readonly inside: readonly Part[] | undefined;
}

function toPart([keyword, inside]: [string, true | Wanted]): Part {
  const name = tags[keyword as Keyword];
  const parts = inside === true ? undefined : Object.entries(inside).map(toPart);
  return { tag: Number.parseInt(name, 16), name, inside: parts };
}

function* pick(
  picker: Picker,
  sequence: ElementSpan,
  { encoding }: Pick<Item, "encoding">,
  parts: readonly Part[],
): Generator<DicomJson> {
  const { source } = picker.layout;
  for (const item of sequenceItems(source, sequence, encoding, picker.budget)) {
    const picked: Record<string, DicomJsonElement> = {};
    for (const { tag, name, inside } of parts) {
      const element = item.elements.get(tag);
      if (element === undefined) continue;
      picked[name] =
        inside === undefined
          ? readValue(picker, element, item)
          : { vr: "SQ", Value: [...pick(picker, element, item, inside)] };
    }
    yield picked;
  }
}

/** Numbers and texts; a value of unknown VR by the dictionary. */
function readValue(picker: Picker, element: ElementSpan, { encoding }: Item): DicomJsonElement {
  const { tag, valueStart, end } = element;
  const view = picker.layout.source.view(end);
  const stated = element.vr === "" || element.vr === "UN" ? lookupVr(tag) : element.vr;
  const vr = stated ?? "UN";
  const length = end - valueStart;
  const width = vr === "US" ? 2 : vr === "UL" ? 4 : undefined;
  if (width !== undefined) {
    const little = encoding.littleEndian;
    const read = (at: number) =>
      width === 2 ? view.getUint16(at, little) : view.getUint32(at, little);
    const count = Math.floor(length / width);
    return { vr, Value: Array.from({ length: count }, (_, i) => read(valueStart + i * width)) };
  }
  const bytes = bytesOf(picker.layout, element);
  const texts = length === 0 ? [] : decodeText(bytes, picker.characterSets).text.split("\\");
  return { vr, Value: vr === "DS" || vr === "IS" ? texts.map(parseDecimal) : texts };
}
