import { InputError, UnsupportedError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import type { StoredArray } from "#shared/volume/series-volume.ts";
import {
  inspectFile,
  mostContent,
  readContent,
  readStart,
  type StoredForm,
} from "./byte-stream.ts";
import { sampleBytes, viewSamples } from "./datatype.ts";
import { headerLength, type NiftiFileHeader, parseNiftiHeader } from "./read.ts";

/** A NIfTI file whose header was read and agrees with the size of the file. */
export interface NiftiFile {
  readonly file: FoundFile;
  readonly form: StoredForm;
  readonly header: NiftiFileHeader;
}

/** Bytes after the last sample that are put up with; some writers pad their files. */
const slackBytes = 1 << 16;

/**
 * Reads the header of a NIfTI file.
 *
 * @throws InputError, UnsupportedError as parseNiftiHeader does; InputError E-TRUNCATED when the file
 * cannot hold what its header claims (nothing is allocated then), E-UNREADABLE, E-GZIP
 */
export async function openNifti(file: FoundFile): Promise<NiftiFile> {
  const form = await inspectFile(file);
  const header = parseNiftiHeader(await readStart(file, form, headerLength), file.path);
  const needed = header.dataOffset + header.dataBytes;
  if (needed > mostContent(form)) {
    const packed = form.gzipped ? " packed" : "";
    throw cutShort(file, header, `has ${form.size}${packed}`);
  }
  return { file, form, header };
}

/**
 * An array on shared memory for `count` samples.
 *
 * @throws UnsupportedError E-TOO-LARGE when there is no memory for it
 */
export function allocateStored(datatype: NiftiFileHeader["datatype"], count: number): StoredArray {
  const bytes = count * sampleBytes(datatype);
  try {
    return viewSamples(datatype, new SharedArrayBuffer(bytes));
  } catch (error) {
    const need = `The images take ${(bytes / 2 ** 30).toFixed(1)} GiB, more than there is memory for.`;
    throw new UnsupportedError(
      "E-TOO-LARGE",
      need,
      "Give fewer images, or a larger machine.",
      error,
    );
  }
}

/**
 * Reads the samples of a file as stored, in the machine's byte order.
 *
 * @param target - array of the file's own type; volume v of the file goes to the `slots[v]`-th volume in it, or nowhere where
 *   that is undefined
 * @returns SHA-256 of the file as stored
 * @throws InputError E-TRUNCATED when samples are missing, E-NIFTI-SIZE when there are more than the
 * header states, E-UNREADABLE, E-GZIP
 */
export async function readVoxels(
  { file, form, header }: NiftiFile,
  target: StoredArray,
  slots: readonly (number | undefined)[],
): Promise<string> {
  const { dataOffset, dataBytes, volumes } = header;
  const volumeBytes = dataBytes / volumes;
  const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  let position = 0;
  const sha256 = await readContent(file, form, (chunk) => {
    let rest = chunk.subarray(Math.min(chunk.length, Math.max(0, dataOffset - position)));
    let at = Math.max(0, position - dataOffset);
    position += chunk.length;
    while (rest.length > 0 && at < dataBytes) {
      const volume = Math.floor(at / volumeBytes);
      const within = at - volume * volumeBytes;
      const part = rest.subarray(0, volumeBytes - within);
      const slot = slots[volume];
      if (slot !== undefined) bytes.set(part, slot * volumeBytes + within);
      at += part.length;
      rest = rest.subarray(part.length);
    }
    return position <= dataOffset + dataBytes + slackBytes;
  });
  if (sha256 === undefined) throw tooLong(file, header);
  if (position < dataOffset + dataBytes) {
    throw cutShort(file, header, `holds ${position}`);
  }
  if (!header.littleEndian) {
    for (const slot of slots) {
      if (slot !== undefined) swapBytes(bytes, slot * volumeBytes, volumeBytes, target);
    }
  }
  return sha256;
}

/** Every machine Node 24 runs on in practice is little-endian. */
function swapBytes(bytes: Uint8Array, start: number, length: number, target: StoredArray): void {
  const part = Buffer.from(bytes.buffer, bytes.byteOffset + start, length);
  if (target.BYTES_PER_ELEMENT === 2) part.swap16();
  else if (target.BYTES_PER_ELEMENT === 4) part.swap32();
  else if (target.BYTES_PER_ELEMENT === 8) part.swap64();
}

function cutShort(file: FoundFile, header: NiftiFileHeader, found: string): InputError {
  const shape = [...header.grid.shape, header.volumes].slice(0, header.volumes > 1 ? 4 : 3);
  const needed = header.dataOffset + header.dataBytes;
  return new InputError(
    "E-TRUNCATED",
    `${file.path} is cut short, or its header is damaged: the header claims ${needed} bytes (${shape.join(" x ")} samples), the file ${found}.`,
    "Copy the file again.",
  );
}

function tooLong(file: FoundFile, header: NiftiFileHeader): InputError {
  const { shape } = header.grid;
  return new InputError(
    "E-NIFTI-SIZE",
    `${file.path} holds more than the ${[...shape, header.volumes].join(" x ")} samples its header states.`,
    "The header or the file is damaged: convert the images again.",
  );
}
