import { endianness } from "node:os";
import { type PixelScale, rawScale, storedValue } from "./pixel-scale.ts";
import { type StorePixels, storedOf } from "./pixel-survey.ts";
import { type RawWords, readWords } from "./raw-words.ts";
import { countPartitions, type Visu } from "./visu.ts";

/**
 * The pixels of one image as a file has them, signed 16 bits little endian.
 *
 * Numbers of 16 bits keep their bytes, those of 8 bits and small whole ones of 32 bits their values; others become the nearest
 * step of the scale that the survey chose. What is no finite number becomes 0, or what is nearest to it on the scale.
 */
export const storePixels: StorePixels = ({ visu }, survey, { frame, partition }, raw) => {
  const scale = storedOf(survey, frame * countPartitions(visu) + partition);
  if (visu.wordType === "float32" || !hasRawScale(visu, frame, scale)) {
    return encode(quantise(visu, frame, scale, raw));
  }
  if (visu.wordType === "int16" && visu.littleEndian) return raw;
  return encode(Int16Array.from(readWords(visu, raw)));
};

/** Whether a frame is written with the slope and offset it has in the raw data. */
export function hasRawScale(visu: Visu, frame: number, scale: PixelScale): boolean {
  const { slope, intercept } = rawScale(visu, frame);
  return slope === scale.slope && intercept === scale.intercept;
}

/**
 * What is written for a number of the 2dseq.
 *
 * @param own - the number's own scale: where it is the same object as that of the file, the number is only rounded, which leaves
 *   whole ones exactly as they are
 */
export function storeWord(word: number, own: PixelScale, scale: PixelScale): number {
  return own === scale
    ? storedValue(word, unscaled)
    : storedValue(word * own.slope + own.intercept, scale);
}

const unscaled: PixelScale = { slope: 1, intercept: 0 };

function quantise(visu: Visu, frame: number, scale: PixelScale, raw: Buffer): Int16Array {
  const own = hasRawScale(visu, frame, scale) ? scale : rawScale(visu, frame);
  const words: RawWords = readWords(visu, raw);
  const stored = new Int16Array(words.length);
  const nothing = storedValue(0, scale);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    stored[i] = Number.isFinite(word) ? storeWord(word, own, scale) : nothing;
  }
  return stored;
}

function encode(stored: Int16Array): Buffer {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  return endianness() === "LE" ? bytes : bytes.swap16();
}
