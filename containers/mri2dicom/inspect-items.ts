import { studyFolderName } from "#shared/paravision/reconstruction.ts";
import { formatBytes } from "#shared/report/format.ts";
import { describeGroups } from "./count-frames.ts";
import { byStudy, type Item, isLost } from "./item.ts";
import type { PlannedItem, RunPlan } from "./plan-run.ts";
import { alignColumns } from "./print-table.ts";

/** A line of the list that `inspect` prints. */
interface Line extends Item {
  readonly planned?: PlannedItem;
}

/** What is in the input and what would become of it, as an aligned table for each study. */
export function listPlan(plan: RunPlan): string {
  const studies = [...byStudy(linesOf(plan))].map(([study, lines]) => {
    const rows = (lines as readonly Line[]).map(rowOf);
    const planned = (lines as readonly Line[]).find((line) => line.planned)?.planned;
    const { subject, session } = planned?.labels ?? {};
    const version = planned === undefined ? "" : `, ParaVision ${planned.version}`;
    const folder = planned === undefined ? study : studyFolderName(planned.reconstruction);
    const title = `${study || folder || "the input itself"}${subject === undefined ? "" : ` (${subject}, ${session})`}${version}\n`;
    return `${title}${alignColumns([heading, ...rows])}`;
  });
  const bad = plan.left.filter(isLost).length;
  const said = [
    `${plan.planned.length} to convert`,
    `${plan.left.length - bad} without an image or not chosen`,
    ...(bad > 0 ? [`${bad} that cannot be converted`] : []),
  ];
  return `${studies.join("\n")}${studies.length > 0 ? "\n" : ""}${said.join(", ")}.\n`;
}

/** The same for programs. */
export function encodePlan(plan: RunPlan): string {
  const studies = [...byStudy(linesOf(plan))].map(([study, lines]) => ({
    study,
    reconstructions: (lines as readonly Line[]).map((line) => ({
      path: line.path,
      examination: line.examination ?? null,
      reconstruction: line.processing ?? null,
      name: line.name,
      verdict: line.planned === undefined ? line.code : "convert",
      reason: line.text,
      ...(line.planned === undefined ? {} : describePlanned(line.planned)),
    })),
  }));
  return `${JSON.stringify({ studies }, null, 2)}\n`;
}

const heading = ["  scan", "name", "size", "frames", "groups", "bytes", "verdict"];

function rowOf(line: Line): readonly string[] {
  const { examination, processing, planned, path } = line;
  const number =
    examination === undefined
      ? path || "."
      : `${examination}${processing === undefined ? "" : `/${processing}`}`;
  if (planned === undefined) {
    return [`  ${number}`, line.name, "", "", "", "", `${line.code}: ${line.text}`];
  }
  const { size, frames, groups, reconstruction } = planned;
  return [
    `  ${number}`,
    line.name,
    size.join(" x "),
    String(frames),
    groups.length === 0 ? "" : describeGroups(groups, frames),
    formatBytes(reconstruction.images.size).replace("\u00a0", " "),
    "convert",
  ];
}

function describePlanned({ size, frames, groups, wordType, version, labels, chosen }: PlannedItem) {
  return { size, frames, groups, wordType, version, ...labels, folder: chosen.folder };
}

/** Planned and left things in one list. */
function linesOf({ planned, left }: RunPlan): readonly Line[] {
  const lines = planned.map((one): Line => {
    const { path, study, examination, processing } = one.place;
    return {
      ...{ path, study, name: one.name, status: "converted", code: "", text: "" },
      ...(examination === undefined ? {} : { examination }),
      ...(processing === undefined ? {} : { processing }),
      ...{ folder: one.chosen.folder, planned: one },
    };
  });
  return [...lines, ...left];
}
