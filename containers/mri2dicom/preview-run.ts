import { findCurrent } from "#shared/paravision/converted-folder.ts";
import { fingerprintScan } from "#shared/paravision/plan-reconstruction.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import type { PlannedItem, RunPlan } from "./plan-run.ts";
import { alignColumns } from "./print-table.ts";

/** What `--dry-run` says of one reconstruction. */
interface Preview {
  readonly path: string;
  readonly folder: string;
  readonly images: number;
  /** `there already` for results of the same raw data and options. */
  readonly action: "write" | "there already" | "cannot";
  readonly reason: string;
}

/** What would be written where. */
export function previewRun(
  { planned, left }: RunPlan,
  output: string,
  format: "text" | "json",
): string {
  const previews = planned.map((item) => preview(item, output));
  const others = left.map(({ path, code, text }): Preview => {
    return { path, folder: "", images: 0, action: "cannot", reason: `${code}: ${text}` };
  });
  const all = [...previews, ...others];
  if (format === "json") return `${JSON.stringify({ output, items: all }, null, 2)}\n`;
  const rows = all.map(({ path, folder, images, action, reason }) =>
    action === "cannot"
      ? [path || ".", "-", "", reason]
      : [path || ".", `dicom/${folder}`, `${images} images`, action],
  );
  const written = previews.filter(({ action }) => action === "write");
  const images = written.reduce((sum, one) => sum + one.images, 0);
  return `${alignColumns(rows)}\n${written.length} reconstructions with ${images} images would be written into ${output}; nothing was.\n`;
}

function preview(item: PlannedItem, output: string): Preview {
  const { reconstruction, choices, chosen, frames, size } = item;
  const { path } = reconstruction;
  const { folder } = chosen;
  const images = frames * (size[2] ?? 1);
  const opened = fingerprintScan(reconstruction, choices);
  if (isSkip(opened)) {
    return { path, folder, images, action: "cannot", reason: `${opened.skip}: ${opened.text}` };
  }
  const current = findCurrent(output, folder, opened.fingerprint, false);
  return {
    path,
    folder,
    images,
    action: current === undefined ? "write" : "there already",
    reason: "",
  };
}
