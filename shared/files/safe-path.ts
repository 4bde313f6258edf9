import { resolve, sep } from "node:path";
import { InputError } from "#shared/errors.ts";

/** Most bytes of one segment of a path: NAME_MAX of common file systems. */
const longestSegment = 255;
/** Most bytes of a path below the target folder; leaves room for the folder under PATH_MAX (4,096). */
const longestPath = 1_024;
/** Where unfinished downloads lie, below the target folder. No name from a server may lead into it. */
export const partialFolder = ".xnat-partial";

/** Names that stand for devices on Windows, with any ending. */
const device = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?$/i;

/**
 * `name` when a file may be stored under it: letters, digits, dot, underscore, dash, and slashes between folders. XNAT decodes
 * other names or not, depending on what else they hold (rule U7), and keeps *_catalog.xml for itself (U11).
 *
 * @throws InputError E-FILE-NAME
 */
export function requireSafePath(name: string): string {
  const reason = unsafe(name) ?? unstorable(name);
  if (reason === undefined) return name;
  throw new InputError(
    "E-FILE-NAME",
    `The file name ${quote(name)} cannot be stored in XNAT: ${reason}.`,
    "Use letters, digits, dots, dashes and underscores, with slashes between folders.",
  );
}

function unstorable(name: string): string | undefined {
  const odd = /[^A-Za-z0-9._/-]/.exec(name);
  if (odd !== null) return `it holds ${quote(odd[0])}`;
  return name.endsWith("_catalog.xml") ? "XNAT keeps such names for its catalogs" : undefined;
}

/**
 * Why a path that a server or a zip names must not be written below a folder, or undefined when it may.
 *
 * Refused are names that lead out of the folder or that mean something else than a file on some system; blanks and letters of
 * any script are let through.
 */
export function unsafe(path: string): string | undefined {
  if (path === "") return "it is empty";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return "it holds a control character";
  if (!path.isWellFormed()) return "it is no valid text";
  if (path.includes("\\")) return "it holds a backslash";
  if (path.startsWith("/")) return "it is absolute";
  if (Buffer.byteLength(path) > longestPath) return `it is longer than ${longestPath} bytes`;
  const segments = path.split("/");
  if (segments[0]?.toLowerCase() === partialFolder) return "it is a name of ours";
  return segments.map(unsafeSegment).find((reason) => reason !== undefined);
}

function unsafeSegment(segment: string): string | undefined {
  if (segment === "") return "a folder in it has no name";
  if (segment === "." || segment === "..") return `it holds ${quote(segment)}`;
  if (/^[A-Za-z]:/.test(segment)) return "it names a drive";
  if (/[. ]$/.test(segment)) return "a part of it ends with a dot or a blank";
  if (device.test(segment)) return `${quote(segment)} is a device on Windows`;
  if (Buffer.byteLength(segment) > longestSegment) {
    return `a part of it is longer than ${longestSegment} bytes`;
  }
  return undefined;
}

/** Where a path goes below `folder`; undefined when it is unsafe. */
export function placeBelow(folder: string, path: string): string | undefined {
  if (unsafe(path) !== undefined) return undefined;
  const root = resolve(folder);
  const target = resolve(root, path);
  return target.startsWith(root.endsWith(sep) ? root : root + sep) ? target : undefined;
}

/**
 * The first two paths that would be one file, or a file and a folder at once, on a system that does not tell upper from lower
 * case; undefined when there are none.
 */
export function findClash(paths: readonly string[]): readonly [string, string] | undefined {
  const files = new Map<string, string>();
  for (const path of paths) {
    const key = path.normalize("NFC").toLowerCase();
    const other = files.get(key);
    if (other !== undefined) return [other, path];
    files.set(key, path);
  }
  for (const [key, path] of files) {
    for (let slash = key.indexOf("/"); slash >= 0; slash = key.indexOf("/", slash + 1)) {
      const other = files.get(key.slice(0, slash));
      if (other !== undefined) return [other, path];
    }
  }
  return undefined;
}

/** A text of a server in quotation marks for a message: at most 120 characters, controls escaped. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}...` : text);
}
