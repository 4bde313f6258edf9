import { join } from "node:path";
import type { WrittenFile } from "#shared/program/outputs.ts";
import { isXnatError } from "#shared/xnat/xnat-error.ts";
import type { LocalFile, Place, ProjectServer } from "./project-server.ts";

/** Where a report lies, for the last lines of the log. */
export interface StoredReport {
  /** Address of the page. */
  readonly page: string;
  readonly place: "project" | "user";
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
  label: string,
  folder: string,
  files: readonly Pick<WrittenFile, "path" | "size">[],
): Promise<StoredReport> {
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
  const { url, project } = server;
  try {
    await put({ kind: "project" }, label);
    const page = `${url}/data/projects/${encodeURIComponent(project)}/resources/${label}/files/report.html`;
    return { page, place: "project" };
  } catch (error) {
    if (!isXnatError(error, "forbidden", "not-found")) throw error;
  }
  const cache = `${label}_${project}`;
  await put({ kind: "user" }, cache);
  return { page: `${url}/data/user/cache/resources/${cache}/files/report.html`, place: "user" };
}
