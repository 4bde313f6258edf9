import type {
  ProjectMeasure,
  ProjectReportContent,
  ProjectSession,
  ProjectStatus,
} from "#shared/report/project-content.ts";

const groups = ["control", "treated"];
const timepoints = ["baseline", "week 1", "week 4"];

/** A repeatable number from 0 to 1. */
function noise(n: number): number {
  const x = Math.sin(n * 12.9898) * 43758.5453;
  return x - Math.floor(x);
}

function statusOf(n: number): [ProjectStatus, string, string] {
  if (n % 11 === 7) {
    return [
      "failed",
      "E-TE-CONSTANT",
      `All ${n} images have TE 10 ms; at least 2 echo times are needed.`,
    ];
  }
  if (n % 17 === 4) {
    return ["kept", "KEPT-FOREIGN", "A result is there that this program did not write."];
  }
  if (n % 13 === 5) return ["left-out", "LEFT-NO-MATCH", "No scan has series=*MSME*."];
  return n % 3 === 0 ? ["current", "", ""] : ["done", "", ""];
}

function session(n: number): ProjectSession {
  const [status, code, reason] = statusOf(n);
  const scan = status === "left-out" ? "" : "3";
  return {
    subject: `M${String(Math.floor(n / 3) + 1).padStart(4, "0")}`,
    label: `M${String(Math.floor(n / 3) + 1).padStart(4, "0")}_MR${(n % 3) + 1}`,
    url: `https://xnat.example.org/data/experiments/XNAT_E${String(n + 1).padStart(5, "0")}?format=html`,
    date: `2026-11-${String((n % 28) + 1).padStart(2, "0")}`,
    group: groups[Math.floor(n / 3) % 2]!,
    timepoint: timepoints[n % 3]!,
    results: [
      { pipeline: 0, scan, status, code, reason },
      { pipeline: 1, scan: "6", status: n % 3 === 0 ? "current" : "done", code: "", reason: "" },
    ],
  };
}

function measure(
  sessions: readonly ProjectSession[],
  [name, unit, level, where]: readonly [string, ProjectMeasure["unit"], number, string],
  secondary: boolean,
): ProjectMeasure {
  const numbered = sessions.map((one, n) => ({ ...one, n }));
  const cells = Map.groupBy(numbered, ({ group, timepoint }) => `${group}\n${timepoint}`);
  return {
    ...{ name, where, unit, secondary },
    pipeline: where === "whole map" ? "process-t2" : "mask-average",
    groups: [...cells]
      .map(([key, ones]) => {
        const [group = "", timepoint = ""] = key.split("\n");
        const shift = group === "treated" ? 1 + 0.08 * timepoints.indexOf(timepoint) : 1;
        const values = ones.map(({ n }) => level * shift * (0.94 + 0.12 * noise(n + level)));
        return { group, timepoint, values: Float64Array.from(values).sort() };
      })
      .sort((a, b) => (a.group + a.timepoint < b.group + b.timepoint ? -1 : 1)),
  };
}

/** A run over so many sessions. */
export function exampleProject(count: number): ProjectReportContent {
  const sessions = Array.from({ length: count }, (_, n) => session(n));
  const failed = sessions.filter(({ results }) => results[0]?.status === "failed").length;
  return {
    title: "Project RATT1",
    program: { name: "project-runner", version: "0.1.0" },
    verdict: {
      level: failed > 0 ? "check" : "ok",
      reasons: [`${count - failed} done, ${failed} failed.`],
    },
    header: [
      { label: "Server", value: "https://xnat.example.org" },
      { label: "Sessions", value: String(count), note: `${Math.ceil(count / 3)} subjects` },
      { label: "Mode", value: "here", note: "2 scans at a time" },
      { label: "Time", value: "12 min 4 s", note: "from 2026-11-22 20:01 UTC" },
    ],
    remarks:
      count > 100
        ? [{ code: "E-DISK", severity: "error", text: "The disk of the work folder is full." }]
        : [],
    pipelines: ["process-t2", "process-dwi"],
    sessions,
    statistic: "median over the voxels",
    measures: [
      measure(sessions, ["T2", "ms", 41, "whole map"], false),
      measure(sessions, ["ADC", "mm2/s", 0.0009, "whole map"], false),
      measure(sessions, ["T2map", "ms", 63, "tumour & <rim>"], false),
      measure(sessions, ["S0", "arbitrary", 14000, "whole map"], true),
      measure(sessions, ["R²", "1", 0.99, "whole map"], true),
    ],
    plan: [
      { label: "process-t2", value: "series=*MSME*|*T2*map*", note: "process-t2 0.1.0" },
      { label: "process-dwi", value: "series=*DWI*", note: "process-dwi 0.1.0, --model=adc" },
    ],
    options: [
      { name: "pipelines", value: "process-t2,process-dwi", isDefault: false },
      { name: "existing", value: "keep", isDefault: true },
    ],
    citations: [
      { text: "XNAT-PIC Containers, version 0.1.0." },
      {
        text: "Zullino S. et al., J Digit Imaging 2022;35:860.",
        doi: "10.1007/s10278-022-00612-z",
      },
    ],
    files: [{ path: "results.csv", content: "every number of every session" }],
  };
}
