import { join } from "node:path";
import type { WrittenFile } from "#shared/program/outputs.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type { XnatConnection } from "#shared/xnat/connection.ts";
import { isXnatError } from "#shared/xnat/xnat-error.ts";
import { command } from "./command.ts";
import type { LocalFile, Place, ProjectServer } from "./project-server.ts";
import type { Order, RunnerOptions } from "./read-order.ts";
import { openProjectServer } from "./xnat-server.ts";

/** Label of the resource of a report. */
const label = command.outputs["report"]?.label ?? "PROJECT_RUNNER";

/**
 * What is done when the report has its name in the output folder: it is stored in XNAT where the Container Service does not do that,
 * and the last lines of the log say where it is. The Container Service keeps nothing of a run that ends with another code than 0.
 */
export function reportKeeper(
  { project, handedOver, insideXnat }: Order,
  { report }: RunnerOptions,
  run: { readonly url: string; readonly exitCode: number; readonly dryRun: boolean },
  { log, output }: ProgramContext,
  connect: () => Promise<XnatConnection>,
): (() => Promise<void>) | undefined {
  const page = run.dryRun ? "plan.html" : "report.html";
  const kept = handedOver && (run.exitCode === 0 || run.dryRun);
  if (report === "output" || (report === "auto" && run.dryRun && !insideXnat)) return undefined;
  if (report === "auto" && kept) {
    return async () => {
      log.info(
        {},
        `XNAT stores the report when this container has ended: ${addressOf(run.url, project)}/${page}`,
      );
    };
  }
  return async () => {
    const connection = await connect();
    try {
      const server = openProjectServer(connection, project);
      const place = await storeReport(server, output.folder, output.files);
      if (place === "user")
        log.info({}, "You may not write to the project: the report lies in your own store.");
      const base = place === "project" ? addressOf(run.url, project) : cacheOf(run.url, project);
      log.info({}, `report: ${base}/${page}`);
      if (!run.dryRun) log.info({}, `table: ${base}/results.csv`);
    } finally {
      await connection.close();
    }
  };
}

function addressOf(url: string, project: string): string {
  return `${url}/data/projects/${encodeURIComponent(project)}/resources/${label}/files`;
}

function cacheOf(url: string, project: string): string {
  return `${url}/data/user/cache/resources/${label}_${encodeURIComponent(project)}/files`;
}

const kind = { format: "HTML", content: "REPORT", overwrite: true };

/**
 * Stores a report in XNAT: in the resource PROJECT_RUNNER of the project or, for who may not write there, in the user's own store. The
 * manifest goes last: with it the others are complete.
 *
 * @param folder - output folder, in which the report lies as report/
 * @throws XnatError
 */
export async function storeReport(
  server: ProjectServer,
  folder: string,
  files: readonly Pick<WrittenFile, "path" | "size">[],
): Promise<"project" | "user"> {
  const prefix = "report/";
  const own = files.flatMap(({ path, size }): LocalFile[] =>
    path.startsWith(prefix)
      ? [{ path: path.slice(prefix.length), size, source: join(folder, path) }]
      : [],
  );
  const last = own.filter(({ path }) => path === "manifest.json");
  const others = own.filter(({ path }) => path !== "manifest.json");
  const put = async (place: Place, to: string) => {
    await server.upload(place, to, others, kind);
    if (last.length > 0) await server.upload(place, to, last, kind);
  };
  try {
    await put({ kind: "project" }, label);
    return "project";
  } catch (error) {
    if (!isXnatError(error, "forbidden", "not-found", "not-stored")) throw error;
  }
  await put({ kind: "user" }, `${label}_${server.project}`);
  return "user";
}
