import type { ByteElement } from "#test/phantom/dicom-bytes.ts";

// What may happen to a file on its way: each function gives another damage for another state of its random numbers.

/** Numbers from 0 to below 1, the same for the same seed. @see Bob Jenkins' small PRNG, mulberry32 */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const texts = ["", "0", "-1", "1e308", "NaN", "8\\16", "12,5", "65535", "x".repeat(200)];
const wholeNumbers = [0, 1, 65535, 0x7fffffff];
const numbers = [0, -1, 1, 0.5, 1e-300, 1e300, Number.NaN, Number.POSITIVE_INFINITY];

/** Elements left out, doubled, emptied, with other tags, VRs or values; also those inside sequences. */
export function damageElements(
  elements: readonly ByteElement[],
  random: () => number,
): readonly ByteElement[] {
  const list = [...elements];
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  // What the readers of weighting and timing look at lies in these groups; the others are met half as often.
  const told = list.filter(([tag]) => /^(0018|0020|5200|...[13579])/.test(tag));
  const victim = random() < 0.5 && told.length > 0 ? pick(told) : pick(list);
  const at = list.indexOf(victim);
  const [tag, vr, value] = victim;
  const inside = damageInside(victim, random);
  const changes: (() => void)[] = [
    () => list.splice(at, 1),
    () => list.push([tag, vr, value]),
    () => {
      if (typeof value === "string") list[at] = [tag, vr, pick(texts)];
      else if (typeof value === "number") list[at] = [tag, vr, pick(wholeNumbers)];
    },
    () => {
      if (typeof value === "string") list[at] = [tag, "UN", value];
    },
    () => {
      if (vr === "SQ") list[at] = [tag, vr, (value as ByteElement[][]).slice(1)];
    },
    () => {
      list[at] = [pick(list)[0], vr, value];
    },
  ];
  if (inside !== undefined && random() < 0.7) list[at] = inside;
  else pick(changes)();
  return list;
}

/** An element with something inside its value changed; undefined when its value has no parts. */
function damageInside(
  [tag, vr, value]: ByteElement,
  random: () => number,
): ByteElement | undefined {
  if (vr === "OB" && value instanceof Uint8Array) return [tag, vr, damageBytes(value, random)];
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const at = Math.floor(random() * value.length);
  if (vr === "SQ") {
    const items = value as readonly (readonly ByteElement[])[];
    if (items[at]!.length === 0) return undefined;
    return [tag, vr, items.with(at, damageElements(items[at]!, random))];
  }
  const number = numbers[Math.floor(random() * numbers.length)]!;
  return [tag, vr, (value as number[]).with(at, number)];
}

const words = [
  ...["", "nan", "NaN", "inf", "-1", "0", "1e308", "1e999", "0x10", "12,5", "--", "true", "null"],
  ...[
    "(",
    ")",
    "<",
    ">",
    "@5*(0)",
    "@999999999*(1)",
    "( 1000000 )",
    "( 2, 3 )",
    "##$X=",
    "$$",
    "{",
    "[",
  ],
  "9".repeat(400),
];

/** Words of a text replaced, lines left out, doubled or exchanged, bytes as damageBytes does. */
export function damageText(text: string, random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const lines = text.split("\n");
  const [at, other] = [below(lines.length), below(lines.length)];
  const kind = below(6);
  if (kind === 0) lines.splice(at, 1);
  else if (kind === 1) lines.splice(at, 0, lines[other]!);
  else if (kind === 2) [lines[at], lines[other]] = [lines[other]!, lines[at]!];
  else if (kind === 3) return damageBytes(Buffer.from(text), random);
  else {
    // Blanks stay where they are, so that the rest of the line keeps its meaning.
    const parts = text.split(/([\s,=]+)/);
    const place = 2 * below(Math.ceil(parts.length / 2));
    parts[place] = words[below(words.length)]!;
    return Buffer.from(parts.join(""));
  }
  return Buffer.from(lines.join("\n"));
}

/** Bits turned, bytes set, removed, doubled; ends cut; lengths written over. */
export function damageBytes(whole: Uint8Array, random: () => number): Uint8Array {
  let bytes = Uint8Array.from(whole);
  const below = (limit: number) => Math.floor(random() * limit);
  const rounds = 1 + below(4);
  for (let round = 0; round < rounds && bytes.length > 16; round++) {
    const at = below(bytes.length - 8);
    const view = new DataView(bytes.buffer);
    switch (below(7)) {
      case 0:
        bytes[at]! ^= 1 << below(8);
        break;
      case 1:
        bytes[at] = below(256);
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      case 3: {
        const length = 1 + below(64);
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
        break;
      }
      case 4: {
        const piece = bytes.subarray(at, at + 1 + below(128));
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...piece, ...bytes.subarray(at)]);
        break;
      }
      case 5: {
        const lengths = [0, 1, 0xffff, 0xffffffff, 0x7fffffff, bytes.length];
        view.setUint32(at, lengths[below(lengths.length)]!, true);
        break;
      }
      default:
        view.setUint16(at, below(65536), true);
    }
  }
  return bytes;
}
