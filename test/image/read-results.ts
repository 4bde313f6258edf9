import type { Sample, SampleSessionTruth } from "../xnat/seed-sample.ts";
import { parseRows, type Row } from "./read-rows.ts";
import type { WorkflowStage } from "./workflow-stage.ts";

interface Listing {
  readonly ResultSet: { readonly Result: readonly Readonly<Record<string, string>>[] };
}

type Ask = Pick<WorkflowStage, "ask">;

/** Rows of a list in XNAT's JSON. */
export async function listRows({ ask }: Ask, path: string, user = "owner") {
  const reply = await ask("GET", `${path}?format=json`, user);
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status}`);
  return (reply.json() as Listing).ResultSet.Result;
}

/** A result as it is stored: which of the files its manifest names are there, and what else lies beside them. */
export interface StoredResult {
  /** `<session> <scan> <label>`. */
  readonly name: string;
  /** Named by the manifest. */
  readonly files: number;
  /** Named by it, and not there with their size. */
  readonly missing: readonly string[];
  /** There, and not named by it. */
  readonly others: readonly string[];
}

/** Where the programs put what they make, by scan: images and numbers, each with a resource of records. */
const labelsOfScan: Readonly<Record<string, string>> = {
  ...{ 3: "PROCESSED_T2", 5: "PROCESSED_T1", 6: "PROCESSED_DWI" },
};

/**
 * Every result of a session, read back from the resources: three with maps, and for each ROI collection three with statistics.
 * A resource that is not one of a result is a result without files.
 */
export async function readStored(
  stage: Ask,
  session: SampleSessionTruth,
  labels: Readonly<Record<string, string>> = labelsOfScan,
): Promise<StoredResult[]> {
  const found: StoredResult[] = [];
  for (const [scan, label] of Object.entries(labels)) {
    const base = `/data/experiments/${session.id}/scans/${scan}/resources`;
    const present = (await listRows(stage, base)).map((row) => row["label"] ?? "");
    const results = present.filter((one) => one !== "DICOM" && !one.endsWith("_REPORT"));
    if (!results.includes(label)) results.push(label);
    for (const one of results.sort()) {
      found.push(await readResult(stage, base, one, `${session.label} ${scan} ${one}`));
    }
  }
  return found;
}

interface Manifest {
  readonly files: readonly { readonly path: string; readonly size?: number | null }[];
}

async function readResult(
  stage: Ask,
  base: string,
  label: string,
  name: string,
): Promise<StoredResult> {
  const present = new Map<string, number>();
  for (const one of [label, `${label}_REPORT`]) {
    for (const { URI = "", Size } of await listRows(stage, `${base}/${one}/files`)) {
      const path = decodeURIComponent(URI.slice(URI.indexOf("/files/") + "/files/".length));
      present.set(`${one}/${path}`, Number(Size));
    }
  }
  const manifestName = `${label}_REPORT/manifest.json`;
  const text = await stage.ask("GET", `${base}/${label}_REPORT/files/manifest.json`, "owner");
  const { files } = text.json() as Manifest;
  // The manifest names the output folders of the container: report/, and maps/ or stats/.
  const wanted = files.map(({ path, size }) => {
    const [folder = "", ...rest] = path.split("/");
    return { path: `${folder === "report" ? `${label}_REPORT` : label}/${rest.join("/")}`, size };
  });
  const named = new Set([manifestName, ...wanted.map(({ path }) => path)]);
  return {
    name,
    files: wanted.length,
    missing: wanted
      .filter(
        ({ path, size }) => !present.has(path) || (size ?? present.get(path)) !== present.get(path),
      )
      .map(({ path }) => path),
    others: [...present.keys()]
      .filter((path) => !named.has(path))
      .map((path) => path.replace(/^.*\//, "")),
  };
}

/** The table of a run. */
export async function readTable(
  stage: Ask,
  project: string,
  resources = `/data/projects/${project}/resources/PROJECT_RUNNER`,
  user = "owner",
): Promise<readonly Row[]> {
  const reply = await stage.ask("GET", `${resources}/files/results.csv`, user);
  if (reply.status !== 200) throw new Error(`results.csv of ${project}: ${reply.status}`);
  return parseRows(reply.text);
}

/** How each item came out: `<session> <scan> <program>` with its status, in the order of the table. */
export function statusOf(rows: readonly Row[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rows.map((row) => [
      `${row["session"]} ${row["scan"]} ${row["pipeline"]}`,
      [row["status"], row["code"]].filter(Boolean).join(" "),
    ]),
  );
}

/** What a table says about the tissue, free of ids, states and dates: the same for the same images, however they were processed. */
export function numbersOf(rows: readonly Row[]): readonly string[] {
  const dropped = /^(project|version|status|code|reason|roi_collection|.*_id|series_uid)$/;
  return rows.map((row) =>
    Object.entries(row)
      .filter(([name]) => !dropped.test(name))
      .map(([name, value]) => `${name}=${value}`)
      .join(" "),
  );
}

/** A region of a session on a map, found and true, in the unit of the table. */
export interface Compared {
  readonly name: string;
  readonly voxels: number;
  readonly trueVoxels: number;
  readonly ratio: number;
}

const trueName = { 3: "T2", 5: "T1", 6: "ADC" } as const;

/** Regions of one tissue against the truth of the sample: T2 on scan 3, T1 on scan 5, ADC on scan 6. */
export function compareWithTruth(
  rows: readonly Row[],
  { sessions, regions }: Sample,
): readonly Compared[] {
  return sessions.flatMap(({ label }) =>
    regions.flatMap((region) =>
      region.values.flatMap((values) =>
        values.scans.flatMap((scan): Compared[] => {
          const quantity = trueName[scan as keyof typeof trueName];
          if (quantity === undefined || region.tissue === null) return [];
          if (!region.collection.startsWith("AIM")) return [];
          const row = rows.find(
            (one) =>
              one["session"] === label &&
              one["pipeline"] === "mask-average" &&
              one["scan"] === String(scan) &&
              one["map"] === quantity &&
              one["region"] === region.name,
          );
          return [
            {
              name: `${label} ${quantity} ${region.name}`,
              voxels: Number(row?.["n_voxels"] ?? Number.NaN),
              trueVoxels: values.voxels,
              ratio: Number(row?.["median"] || Number.NaN) / values[quantity],
            },
          ];
        }),
      ),
    ),
  );
}
