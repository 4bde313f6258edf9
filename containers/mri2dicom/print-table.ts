/** Columns of text side by side, the last one as long as it likes. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, n) =>
    Math.max(0, ...rows.map((row) => [...(row[n] ?? "")].length)),
  );
  return rows
    .map((row) => {
      const cells = row.map((cell, n) => cell + " ".repeat(widths[n]! - [...cell].length));
      return `${cells.join("  ").trimEnd()}\n`;
    })
    .join("");
}
