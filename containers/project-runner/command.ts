import type { CommandDefinition } from "#command-json/define-command.ts";
import { defineCommand } from "#command-json/define-command.ts";
import { outputOptions, runOptions } from "#command-json/fit-options.ts";
import { choice, flag, integer, path, text } from "#command-json/inputs.ts";
import { outputMount } from "#command-json/mounts.ts";
import { onProject } from "#command-json/places.ts";

const { strict, "log-format": logFormat } = runOptions;

/** The programs that can be run over a project. */
export const pipelineNames = ["process-t1", "process-t2", "process-dwi", "mask-average"] as const;
export type PipelineName = (typeof pipelineNames)[number];

const anyPipeline = `(${pipelineNames.join("|")})`;

const scanRule = (map: string, fallback: string) =>
  text({
    label: `${map} scans`,
    default: fallback,
    description: `Which scans ${map === "T1" || map === "T2" ? `a ${map} map is made of` : "are taken for diffusion"}, as conditions separated by commas, all of which must hold, such as type=..., quality!=unusable, frames>=30; * is any text, | means or.`,
    details:
      "Conditions are on series, type, scan, modality, quality, frames, or a DICOM attribute, with =, !=, < or >.",
  });

const programOptions = (program: PipelineName, example: string) =>
  text({
    label: `Options of ${program}`,
    placeholder: "OPTIONS",
    description: `Options for ${program}, as on its command line.`,
    details: `For example ${example}.`,
    unset: "its defaults",
  });

export const command = defineCommand({
  name: "project-runner",
  label: "Process whole project",
  description: "Maps and region statistics of every session of a project, in one run",
  options: {
    project: text({
      inXnat: false,
      placeholder: "ID",
      description: "Project to process.",
      unset: "the project it was launched on",
    }),
    server: text({
      inXnat: false,
      placeholder: "URL",
      pattern: /^https?:\/\/\S+$/,
      patternInWords: "an address such as https://xnat.example.org",
      description:
        "XNAT to work with; user and password come from the environment or from ~/.netrc.",
      unset: "the XNAT it was launched by (XNAT_HOST)",
    }),
    pipelines: text({
      default: "process-t2",
      placeholder: "NAMES",
      pattern: new RegExp(`^${anyPipeline}( *, *${anyPipeline})*$`),
      patternInWords: `names among ${pipelineNames.join(", ")}, separated by commas`,
      description:
        "Programs to run, separated by commas: process-t1, process-t2, process-dwi, mask-average.",
      details: "mask-average measures the maps that are there when its turn comes, at the end.",
    }),
    "t1-scans": scanRule("T1", "series=*T1*map*|*RAREVTR*|*RARE-VTR*"),
    "t2-scans": scanRule("T2", "series=*MSME*|*MGE*|*T2*map*"),
    "dwi-scans": scanRule("DWI", "series=*DWI*|*DTI*|*diffusion*,series!=*ADC*"),
    "map-scans": text({
      description: "Which scans' maps are measured in regions, by the same rules.",
      unset: "every scan with maps",
    }),
    subjects: text({
      placeholder: "LABELS",
      description: "Subjects to process, by label: M01|M02, or M0*.",
      unset: "all",
    }),
    sessions: text({
      placeholder: "LABELS",
      description: "Sessions to process, by label.",
      unset: "all",
    }),
    "t1-options": programOptions("process-t1", "--model=sr3par --noise=none"),
    "t2-options": programOptions("process-t2", "--model=epg --noise=none"),
    "dwi-options": programOptions("process-dwi", "--model=adc --bmin=100"),
    "mask-average-options": programOptions("mask-average", "--zeros=exclude --dicom=none"),
    "dry-run": flag({ description: "Show what would be done, and do nothing." }),
    mode: choice(
      {
        here: "in this container, one scan after another",
        "container-service": "launch a container for each scan and follow them",
      },
      { default: "here", description: "Where the programs run." },
    ),
    existing: choice(
      { keep: "leave it alone", replace: "replace it, when it was written by this program" },
      {
        default: "keep",
        description: "A result of other options or another version that is there already.",
      },
    ),
    "retry-failed": flag({
      description: "Try scans again that failed before for a reason of their own.",
    }),
    recheck: flag({
      description:
        "Look at every result on the server again, even where nothing seems to have changed.",
    }),
    jobs: integer({
      default: 2,
      atLeast: 1,
      atMost: 64,
      description: "Scans processed at a time, in mode here.",
    }),
    batch: integer({
      default: 50,
      atLeast: 1,
      atMost: 1000,
      description: "Containers launched and not yet ended at a time, in mode container-service.",
    }),
    "max-memory": integer({
      atLeast: 256,
      label: "Memory",
      description: "Memory all programs together may take, in MiB, in mode here.",
      unset: "what the machine has free",
    }),
    "max-disk": integer({
      atLeast: 64,
      label: "Disk",
      description: "Disk space for images and results under way, in MiB, in mode here.",
      unset: "what the work folder has free",
    }),
    work: path({
      default: "/tmp/project-runner",
      placeholder: "FOLDER",
      description:
        "Folder for images and results under way, and for what is needed to go on after a stop.",
    }),
    report: choice(
      {
        auto: "by the Container Service where it takes it, else upload",
        upload: "stored in XNAT by this program",
        output: "only in the output folder",
      },
      { default: "auto", inXnat: false, description: "Who stores the report of the run." },
    ),
    ...outputOptions,
    strict: {
      ...strict,
      description: "End with exit code 1 when any scan failed, inside XNAT too.",
    },
    "log-format": logFormat,
  },
  inputs: {},
  outputs: {
    report: outputMount("/output/report", {
      label: "PROJECT_RUNNER",
      format: "HTML",
      content: "REPORT",
      description:
        "report.html, results.csv with columns.json, plan.csv, summary.json, status.json, log.jsonl, manifest.json",
    }),
  },
  offeredOn: [onProject()],
  examples: [
    {
      line: "project-runner --server https://xnat.example.org --project RATT1 --dry-run --output plan",
      does: "shows which scans a T2 map would be made of, and why the others are left out",
    },
    {
      line: "project-runner --project RATT1 --pipelines process-t2,mask-average --output report",
      does: "T2 maps of every session, then the regions drawn in XNAT on them (server: XNAT_HOST)",
    },
    {
      line: 'project-runner --project RATT1 --t2-scans "series=*MSME*,frames>=30" --output report',
      does: "scans of your choice",
    },
    {
      line: "project-runner --project RATT1 --t2-options=--model=epg --output report",
      does: "the model of your choice",
    },
  ],
});

/**
 * The same for members of a project: XNAT offers a command that stores something in the project to its owners only, so this one
 * hands the Container Service nothing and stores its report itself.
 */
export const memberCommand: CommandDefinition<typeof command.options> = defineCommand({
  ...command,
  name: "project-runner-member",
  label: "Process whole project (as a member)",
  variantOf: command.name,
  storesOutputs: true,
  environment: { REPORT_STORED_BY: "program" },
});
