import { readFileSync } from "node:fs";
import { type DataSet, parseDicom } from "dicom-parser";

/** A DICOM file as dicom-parser reads it, which shares no line with our own reader. Tags are `00200032`. */
export interface ParsedItem {
  /** Of all its elements. */
  readonly tags: readonly string[];
  /** Values of a text attribute, without padding; empty where it is missing or without value. */
  texts(tag: string): readonly string[];
  /** Values of an attribute of numbers, whether text or binary. */
  numbers(tag: string): readonly number[];
  items(tag: string): readonly ParsedItem[];
  has(tag: string): boolean;
  bytes(tag: string): Buffer;
}

/** Reads a DICOM file in explicit little endian. */
export function parseInstance(path: string): ParsedItem {
  return wrap(parseDicom(readFileSync(path)));
}

const widths: Readonly<Record<string, number>> = { US: 2, SS: 2, UL: 4, SL: 4, FD: 8, FL: 4 };

function wrap(dataset: DataSet): ParsedItem {
  const elementOf = (tag: string) => dataset.elements[`x${tag.toLowerCase()}`];
  const bytes = (tag: string): Buffer => {
    const element = elementOf(tag);
    if (element === undefined) return Buffer.alloc(0);
    const { byteArray } = dataset;
    const start = byteArray.byteOffset + element.dataOffset;
    return Buffer.from(byteArray.buffer as ArrayBuffer, start, element.length);
  };
  const texts = (tag: string): readonly string[] => {
    const text = bytes(tag)
      .toString("utf8")
      .replace(/[\0 ]+$/, "");
    return text === "" ? [] : text.split("\\").map((part) => part.trim());
  };
  return {
    tags: Object.keys(dataset.elements).map((key) => key.slice(1).toUpperCase()),
    bytes,
    texts,
    has: (tag) => elementOf(tag) !== undefined,
    items: (tag) => (elementOf(tag)?.items ?? []).map((entry) => wrap(entry.dataSet!)),
    numbers: (tag) => {
      const vr = elementOf(tag)?.vr ?? "";
      const width = widths[vr];
      if (width === undefined) return texts(tag).map(Number);
      const value = bytes(tag);
      return Array.from({ length: value.length / width }, (_, i) =>
        readNumber(value, vr, i * width),
      );
    },
  };
}

function readNumber(bytes: Buffer, vr: string, at: number): number {
  switch (vr) {
    case "US":
      return bytes.readUInt16LE(at);
    case "SS":
      return bytes.readInt16LE(at);
    case "UL":
      return bytes.readUInt32LE(at);
    case "SL":
      return bytes.readInt32LE(at);
    case "FD":
      return bytes.readDoubleLE(at);
    default:
      return bytes.readFloatLE(at);
  }
}
