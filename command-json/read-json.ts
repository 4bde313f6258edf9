import type { Issue } from "./issue.ts";

/** The value of a JSON text; XNAT's own extensions (comments, single quotes) are read and reported. */
export function readJson(text: string): {
  readonly value: unknown;
  readonly issues: readonly Issue[];
} {
  const bare = text.replace(/^\uFEFF/, "");
  try {
    return { value: JSON.parse(bare), issues: [] };
  } catch (strict) {
    try {
      const value: unknown = JSON.parse(toStrictJson(bare));
      return { value, issues: [extended] };
    } catch {
      throw strict;
    }
  }
}

const extended: Issue = {
  id: "W20",
  severity: "warning",
  pointer: "",
  message: "The file has comments or single quotes, which XNAT reads and other tools refuse.",
  proposal: "Write plain JSON.",
};

/** Double-quoted text, single-quoted text, line comment, block comment: whatever comes first. */
const piece = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

function toStrictJson(text: string): string {
  return text.replace(piece, (found) => {
    if (found.startsWith('"')) return found;
    if (found.startsWith("/")) return " ";
    const inner = found
      .slice(1, -1)
      .replace(/\\'|"|\\./g, (part) => (part === "\\'" ? "'" : part === '"' ? '\\"' : part));
    return `"${inner}"`;
  });
}
