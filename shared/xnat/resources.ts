import { UsageError } from "#shared/errors.ts";
import { quote } from "#shared/files/safe-path.ts";
import type { XnatConnection } from "./connection.ts";
import { inTurn } from "./in-turn.ts";
import { complain } from "./judge-answer.ts";
import { type OwnerPath, resourceSegments } from "./owner-path.ts";
import { readRows } from "./read-rows.ts";
import { cell, countIn } from "./rows.schema.ts";

/** A named set of files of a project, subject, session, scan or assessor. */
export interface Resource {
  /** Numeric; blank in the user's cache. */
  readonly id: string;
  readonly label: string;
  /** "scans", "resources", "assessors" or "reconstructions", where asked for all of a session. */
  readonly category: string;
  /** Of the scan or assessor it belongs to, where asked for all. */
  readonly categoryId: string;
  /** Blank, as `content`, unless stats were asked for. */
  readonly format: string;
  readonly content: string;
  /** As of the server's last count, where asked for and known (rule D6). */
  readonly fileCount: number | undefined;
  readonly fileSize: number | undefined;
}

/**
 * The resources of an owner; two may share a label (rule D8).
 *
 * @param all - with those of the session's scans and assessors
 * @param stats - with format, content, counts and sizes, which costs the server a look at its disk
 */
export async function listResources(
  x: XnatConnection,
  owner: OwnerPath,
  { all = false, stats = false }: { readonly all?: boolean; readonly stats?: boolean } = {},
): Promise<readonly Resource[]> {
  const rows = await readRows(x, ["data", ...owner.segments, "resources"], {
    ...(all ? { all: "true" } : {}),
    ...(stats ? { file_stats: "true" } : {}),
  });
  return rows.map((row) => ({
    id: cell(row, "xnat_abstractresource_id"),
    // The user's cache names its resources in another column.
    label: cell(row, "label") || cell(row, "Resource"),
    category: cell(row, "category"),
    categoryId: cell(row, "cat_id"),
    format: cell(row, "format"),
    content: cell(row, "content"),
    fileCount: countIn(row, "file_count"),
    fileSize: countIn(row, "file_size"),
  }));
}

/** What a resource is told of itself when it is made. */
export interface ResourceMeta {
  readonly format?: string | undefined;
  readonly content?: string | undefined;
}

/** Names the one writer of a resource (`inTurn`). */
export function writerOf(x: XnatConnection, owner: OwnerPath, label: string): string {
  return [x.baseUrl, ...resourceSegments(owner, label)].join("/");
}

/**
 * Makes a resource, or finds it made.
 *
 * @throws UsageError E-RESOURCE-LABEL for a label that XNAT's paths would break on
 */
export async function createResource(
  x: XnatConnection,
  owner: OwnerPath,
  label: string,
  meta: ResourceMeta = {},
): Promise<"created" | "there"> {
  requireResourceLabel(label);
  return inTurn(writerOf(x, owner, label), () => putResource(x, owner, label, meta));
}

/** `createResource` for those who are its writer already. */
export async function putResource(
  x: XnatConnection,
  owner: OwnerPath,
  label: string,
  { format = "", content = "" }: ResourceMeta,
): Promise<"created" | "there"> {
  requireResourceLabel(label);
  const { status } = await x.text({
    method: "PUT",
    path: resourceSegments(owner, label),
    query: {
      ...(format === "" ? {} : { format }),
      ...(content === "" ? {} : { content }),
    },
    repeatable: true,
    accept: [409],
  });
  return status === 409 ? "there" : "created";
}

/**
 * Deletes every resource of a label, or the one of an id, with its files.
 *
 * @returns how many there were
 * @throws XnatError "not-stored" when one is still there afterwards: XNAT answers 200 all the same (rule U12)
 */
export async function deleteResource(
  x: XnatConnection,
  owner: OwnerPath,
  labelOrId: string,
): Promise<number> {
  return inTurn(writerOf(x, owner, labelOrId), async () => {
    const meant = async (): Promise<readonly Resource[]> =>
      (await listResources(x, owner)).filter(
        ({ id, label }) => label === labelOrId || (id !== "" && id === labelOrId),
      );
    const before = await meant();
    for (const { id, label } of before) {
      await x.text({
        method: "DELETE",
        path: resourceSegments(owner, id === "" ? label : id),
        query: { removeFiles: "true" },
        accept: [404],
      });
    }
    const after = before.length === 0 ? [] : await meant();
    if (after.length > 0) {
      throw complain(
        "not-stored",
        { method: "DELETE", path: resourceSegments(owner, labelOrId) },
        {
          found: "the server said yes, and the resource is still there",
          hint: "Has the user the right to delete? Owners and members have, collaborators have not.",
          rule: "U12",
        },
      );
    }
    return before.length;
  });
}

/** @throws UsageError E-RESOURCE-LABEL */
export function requireResourceLabel(label: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(label)) return;
  throw new UsageError(
    "E-RESOURCE-LABEL",
    `${quote(label)} cannot be the label of a resource.`,
    "Use up to 64 letters, digits, dots, dashes and underscores; the first a letter or digit.",
  );
}
