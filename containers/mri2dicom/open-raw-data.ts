import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { cannotWrite } from "#shared/files/cannot-write.ts";
import { recordFolder } from "#shared/paravision/conversion-record.ts";
import { findReconstructions } from "#shared/paravision/find-reconstructions.ts";
import { lockOutput } from "#shared/paravision/output-lock.ts";
import type { FoundReconstructions } from "#shared/paravision/reconstruction.ts";
import type { PixelWish } from "#shared/paravision/unpack-archive.ts";

/** Raw data that is open: archives are unpacked for as long as this is. */
export interface RawData extends FoundReconstructions {
  close(): void;
}

const unpackedPrefix = "unpacked-";

/**
 * Finds what lies below an input. Archives are unpacked into the hidden folder of the output, which has room for what is made of
 * them, and is locked for this run; a run that only prints unpacks into the system's folder for such files.
 *
 * @param output - undefined for a run that only prints
 * @param pixels - whether each 2dseq of an archive is unpacked, or only has its length
 * @throws UsageError E-INPUT-FOLDER, E-OUTPUT, E-OUTPUT-FULL, E-OUTPUT-LOCKED
 */
export async function openRawData(
  input: string,
  output: string | undefined,
  pixels: PixelWish = "unpacked",
): Promise<RawData> {
  const place = output === undefined ? openTemporary() : openHidden(output);
  const remove = () => rmSync(place.staging, { recursive: true, force: true });
  // Signals end the process without closing anything.
  process.once("exit", remove);
  const close = () => {
    process.off("exit", remove);
    remove();
    place.release();
  };
  try {
    return { ...(await findReconstructions(input, place.staging, undefined, pixels)), close };
  } catch (error) {
    close();
    throw error;
  }
}

interface Place {
  readonly staging: string;
  release(): void;
}

function openTemporary(): Place {
  const release = () => undefined;
  try {
    return { staging: mkdtempSync(join(tmpdir(), "mri2dicom-")), release };
  } catch {
    // Only archives need it: they are skipped with the reason, as no folder can be made here.
    return { staging: join(devNull, "mri2dicom"), release };
  }
}

function openHidden(output: string): Place {
  const hidden = join(output, recordFolder);
  try {
    mkdirSync(hidden, { recursive: true });
  } catch (error) {
    throw cannotWrite(output, error);
  }
  const lock = lockOutput(hidden, output);
  // Of a run that was killed.
  for (const name of readdirSync(hidden)) {
    if (name.startsWith(unpackedPrefix)) rmSync(join(hidden, name), { recursive: true });
  }
  const release = () => {
    lock.release();
    // A run that ended before it began leaves nothing behind.
    if (readdirSync(hidden).length === 0) rmdirSync(hidden);
  };
  return { staging: mkdtempSync(join(hidden, unpackedPrefix)), release };
}
