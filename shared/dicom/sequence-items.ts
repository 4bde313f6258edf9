import { InputError } from "#shared/errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { type Encoding, explicitLittle, implicitLittle } from "./transfer-syntax.ts";
import { broken, type ElementSpan, readHead } from "./walk-elements.ts";

/** An item of a sequence: where its elements lie, by tag. */
export interface Item {
  readonly encoding: Encoding;
  /** The first of each tag. */
  readonly elements: ReadonlyMap<number, ElementSpan>;
}

/** Items and elements that may still be read of a file; counted down. */
export interface Budget {
  left: number;
}

const undefinedLength = 0xffffffff;
const item = 0xfffee000;
const itemEnd = 0xfffee00d;
const sequenceEnd = 0xfffee0dd;

/** Sequences and items, as many as walk-elements.ts allows. */
const deepest = 64;

/**
 * The items of a sequence one after another, also of one that is written with VR UN (PS3.5 6.2.2: implicit little endian;
 * some writers leave it explicit). Every length is checked, so that the sequence need not have been walked before.
 *
 * @throws InputError E-TRUNCATED, E-BROKEN-DICOM, also for a file that uses up the budget
 */
export function* sequenceItems(
  source: ByteSource,
  sequence: ElementSpan,
  encoding: Encoding,
  budget: Budget,
): Generator<Item> {
  const inner = sequence.vr === "UN" ? encodingOfUnknown(source, sequence, budget) : encoding;
  const { end: limit } = sequence;
  for (let offset = sequence.valueStart; offset < limit; ) {
    const head = readHead(source, offset, inner);
    if (head.tag === sequenceEnd && sequence.delimited) return;
    if (head.tag !== item) throw broken(source, offset, "no item where a sequence needs one");
    spend(source, offset, budget);
    const open = head.length === undefinedLength;
    const end = open ? limit : head.valueStart + head.length;
    if (end > limit) throw broken(source, offset, "an item longer than its sequence");
    const read = readItem(source, head.valueStart, end, open, inner, budget);
    yield { encoding: inner, elements: read.elements };
    offset = read.end;
  }
}

function readItem(
  source: ByteSource,
  start: number,
  limit: number,
  open: boolean,
  encoding: Encoding,
  budget: Budget,
): { readonly elements: ReadonlyMap<number, ElementSpan>; readonly end: number } {
  const elements = new Map<number, ElementSpan>();
  let offset = start;
  while (offset < limit) {
    const head = readHead(source, offset, encoding);
    if (head.tag === itemEnd && open) return { elements, end: offset + 8 };
    const { tag, vr, valueStart } = head;
    const end = elementEnd(source, head, encoding, limit, 0, budget);
    const delimited = head.length === undefinedLength;
    if (!elements.has(tag)) {
      elements.set(tag, { tag, vr, start: offset, valueStart, end, delimited });
    }
    offset = end;
  }
  if (open) throw broken(source, offset, "an item without an end");
  return { elements, end: limit };
}

/** One past an element; sequences and items of undefined length are walked to their end. */
function elementEnd(
  source: ByteSource,
  head: ReturnType<typeof readHead>,
  encoding: Encoding,
  limit: number,
  depth: number,
  budget: Budget,
): number {
  spend(source, head.start, budget);
  if (head.length !== undefinedLength) {
    const end = head.valueStart + head.length;
    if (end > limit) throw broken(source, head.start, "an element longer than what holds it");
    return end;
  }
  if (depth >= deepest) throw broken(source, head.start, `sequences nested deeper than ${deepest}`);
  const inner = head.vr === "UN" ? implicitLittle : encoding;
  let offset = head.valueStart;
  while (offset < limit) {
    const next = readHead(source, offset, inner);
    if (next.tag === sequenceEnd || next.tag === itemEnd) return offset + 8;
    // Items of a sequence and elements of an item are stepped over alike.
    offset = elementEnd(source, next, inner, limit, depth + 1, budget);
  }
  throw broken(source, head.start, "a sequence without an end");
}

function encodingOfUnknown(source: ByteSource, sequence: ElementSpan, budget: Budget): Encoding {
  const probe = { ...sequence, vr: "SQ" };
  try {
    // Read in the wrong encoding, lengths point outside of what holds them.
    for (const _ of sequenceItems(source, probe, implicitLittle, budget));
    return implicitLittle;
  } catch (error) {
    if (error instanceof InputError) return explicitLittle;
    throw error;
  }
}

function spend(source: ByteSource, offset: number, budget: Budget): void {
  budget.left--;
  if (budget.left < 0) throw broken(source, offset, "the end of what is read, and still more");
}
