import { UsageError } from "#shared/errors.ts";
import { type ChosenFolder, chooseFolders } from "#shared/paravision/choose-folders.ts";
import { deIdentifier } from "#shared/paravision/de-identify.ts";
import { type FoundThings, recordFindings } from "#shared/paravision/findings.ts";
import type { FrameGroup } from "#shared/paravision/frame-groups.ts";
import { type OpenedScan, openScan } from "#shared/paravision/open-scan.ts";
import type { ConversionChoices, RawScan } from "#shared/paravision/raw-scan.ts";
import {
  type FoundReconstructions,
  isSkip,
  type Reconstruction,
  type Skip,
  type SkippedFind,
  studyFolderName,
} from "#shared/paravision/reconstruction.ts";
import { rawSubjectId, type StudyLabels, studyLabels } from "#shared/paravision/study-labels.ts";
import type { ScanChoice } from "./choose-scans.ts";
import { hideStudy } from "./hide-study.ts";
import type { Item } from "./item.ts";
import type { LabelTable } from "./label-table.ts";
import { nameReconstruction } from "./name-reconstruction.ts";
import { namesOneStudy } from "./read-choices.ts";

/** A reconstruction that can be converted, and where it goes. */
export interface PlannedItem {
  /** As it is converted: de-identified, under another name of its study. */
  readonly reconstruction: Reconstruction;
  /** Where it lies. */
  readonly place: Place;
  readonly choices: ConversionChoices;
  readonly chosen: ChosenFolder;
  readonly labels: StudyLabels;
  readonly name: string;
  readonly version: string;
  /** Pixels along each axis. */
  readonly size: readonly number[];
  readonly wordType: string;
  readonly frames: number;
  readonly groups: readonly FrameGroup[];
  /** What the table of labels has to say. */
  readonly found: FoundThings;
}

/** Where something lies. */
type Place = Pick<SkippedFind, "path" | "study" | "examination" | "processing">;

/** What a run will do. */
export interface RunPlan {
  readonly planned: readonly PlannedItem[];
  /** What will not be converted, with the reason. */
  readonly left: readonly Item[];
}

/**
 * Opens every chosen reconstruction and finds its place in the output.
 *
 * @throws UsageError E-ONE-STUDY when labels of one study are given for several
 */
export async function planRun(
  found: FoundReconstructions,
  choices: ConversionChoices,
  table: LabelTable | undefined,
  isChosen: ScanChoice,
): Promise<RunPlan> {
  const left: Item[] = found.skipped.map((one) =>
    isChosen(one.examination, one.processing) ? leave(one, one.skip) : notSelected(one),
  );
  const opened: Omit<PlannedItem, "chosen">[] = [];
  for (const reconstruction of found.reconstructions) {
    if (!isChosen(reconstruction.examination, reconstruction.processing)) {
      left.push(notSelected(reconstruction));
      continue;
    }
    const one = await openOne(reconstruction, choices, table);
    if ("planned" in one) opened.push(one.planned);
    else left.push(one.left);
  }
  const studies = new Set(opened.map(({ place }) => place.study));
  if (namesOneStudy(choices.identity) && studies.size > 1) {
    throw new UsageError(
      "E-ONE-STUDY",
      `The input holds ${studies.size} studies, but --subject, --session, --patient-id or --patient-name names one.`,
      "Give one study, or a table of labels with --mapping.",
    );
  }
  const folders = chooseFolders(
    opened.map(({ reconstruction: { path, study, examination, processing }, labels }) => ({
      ...{ path, study, subject: labels.subject, session: labels.session },
      ...(examination === undefined ? {} : { examination }),
      ...(processing === undefined ? {} : { processing }),
    })),
  );
  const planned = opened.map((one) => {
    const chosen = folders.get(one.reconstruction.path);
    if (chosen === undefined) throw new Error(`no folder for ${one.reconstruction.path}`);
    return { ...one, chosen };
  });
  return { planned, left };
}

async function openOne(
  reconstruction: Reconstruction,
  choices: ConversionChoices,
  table: LabelTable | undefined,
): Promise<{ readonly planned: Omit<PlannedItem, "chosen"> } | { readonly left: Item }> {
  const findings = recordFindings();
  const secret = choices.deIdentify?.secret;
  const named = secret === undefined ? reconstruction : hideStudy(reconstruction, secret);
  const opened = openScan(named, choices, findings);
  const written = await nameReconstruction(reconstruction);
  const name = secret === undefined ? written : cleanName(opened, written);
  if (isSkip(opened)) {
    return { left: { ...leave(reconstruction, opened), name } };
  }
  const folder = studyFolderName(reconstruction);
  const scan = withLabels(opened.scan, folder, table);
  const { visu } = scan;
  return {
    planned: {
      reconstruction: named,
      place: reconstruction,
      choices: scan.choices,
      labels: studyLabels(scan),
      name,
      version: visu.version,
      size: visu.size,
      wordType: visu.wordType,
      frames: visu.frameCount,
      groups: visu.groups,
      found: findings.found(),
    },
  };
}

/** A name of a protocol without words of persons, as ProtocolName has it; empty where no file says which they are. */
function cleanName(opened: OpenedScan | Skip, written: string): string {
  if (isSkip(opened)) return "";
  const cleaned = deIdentifier(opened.scan)("ProtocolName", written);
  return typeof cleaned === "string" ? cleaned : "";
}

/** The scan with the labels that the table has for its study; those given as options count for more. */
function withLabels(scan: RawScan, folder: string, table: LabelTable | undefined): RawScan {
  if (table === undefined) return scan;
  const subject = rawSubjectId({ ...scan, findings: recordFindings() });
  const row = table.find(folder, subject);
  if (row === undefined) {
    scan.findings.remark("unmatched-study", "The table of labels has no line for this study.");
    return scan;
  }
  const { choices } = scan;
  return { ...scan, choices: { ...choices, identity: { ...row, ...choices.identity } } };
}

function leave({ path, study, examination, processing }: Place, { skip, text }: Skip): Item {
  return {
    ...{ path, study, name: "", status: "skipped", code: skip, text, folder: "" },
    ...(examination === undefined ? {} : { examination }),
    ...(processing === undefined ? {} : { processing }),
  };
}

function notSelected(found: Place): Item {
  return leave(found, { skip: "not-selected", text: "It was left out by --scans." });
}
