import { open } from "node:fs/promises";
import { InputError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";

/** The fields of a JSON file beside an image (BIDS, dcm2niix). */
export interface Sidecar {
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Sidecars hold some kilobytes; what is larger is something else. */
const largestText = 16 << 20;

/**
 * The sidecar in a file.
 *
 * @throws InputError E-SIDECAR when it is no JSON object, E-UNREADABLE
 */
export async function readSidecar(file: FoundFile): Promise<Sidecar> {
  const text = await readText(file);
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch (error) {
    throw noObject(file, error);
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) throw noObject(file);
  return { path: file.path, fields: fields as Record<string, unknown> };
}

/**
 * A small text file.
 *
 * @throws InputError E-UNREADABLE when it cannot be read or has over 16 MiB
 */
export async function readText(file: FoundFile): Promise<string> {
  try {
    const handle = await open(file.absolutePath);
    try {
      const { size } = await handle.stat();
      if (size > largestText) throw Object.assign(new Error(), { code: `${size} bytes` });
      return (await handle.readFile("utf8")).replace(/^\uFEFF/, "");
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new InputError(
      "E-UNREADABLE",
      `${file.path} cannot be read (${(error as NodeJS.ErrnoException).code ?? error}).`,
      "Check that it is a small text file and that this user may read it.",
      error,
    );
  }
}

/** A field as text; numbers and lists are spelled out; empty when there is none. */
export function textField(sidecar: Sidecar | undefined, name: string): string {
  const value = sidecar?.fields[name];
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return Array.isArray(value) && value.every((item) => typeof item === "string")
    ? value.join("\\")
    : "";
}

/** A field as numbers: one, or a list; undefined when there is none or it is something else. */
export function numberField(
  sidecar: Sidecar | undefined,
  name: string,
): number | readonly number[] | undefined {
  const value = sidecar?.fields[name];
  if (isNumber(value)) return value;
  return Array.isArray(value) && value.length > 0 && value.every(isNumber) ? value : undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function noObject(file: FoundFile, cause?: unknown): InputError {
  return new InputError(
    "E-SIDECAR",
    `The sidecar ${file.path} is not a JSON object.`,
    "Correct it, or remove it and give the values as options.",
    cause,
  );
}
