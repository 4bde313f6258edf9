import { statusTable } from "#shared/fit/status.ts";
import { hexColour, statusColour } from "#shared/report/colormap.ts";

/** Names of the status codes, for the `Labels` of a sidecar. */
export function statusNames(): Record<string, string> {
  return Object.fromEntries(statusTable.map(({ code, name }) => [String(code), name]));
}

/**
 * The table beside a status map: index, name, abbreviation, colour.
 *
 * @see BIDS 1.10, "Common image-derived labels": columns index, name, abbreviation, color
 */
export function encodeStatusTable(): string {
  const rows = statusTable.map(({ code, name }) =>
    [code, name, abbreviate(name), colourOf(code)].join("\t"),
  );
  return `${["index\tname\tabbreviation\tcolor", ...rows].join("\n")}\n`;
}

function abbreviate(name: string): string {
  return name
    .split("-")
    .map((word) => word.slice(0, 3))
    .join("");
}

function colourOf(code: number): string {
  return code === 0 ? "#ffffff" : hexColour(Uint8Array.from(statusColour(code)), 0);
}
