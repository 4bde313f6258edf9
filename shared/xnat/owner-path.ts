/** What resources hang on: a project, a subject, a session, a scan, an assessor, or a user's cache. Segments below /data, not encoded. */
export interface OwnerPath {
  readonly segments: readonly string[];
}

/** A project, by its id. */
export function projectPath(id: string): OwnerPath {
  return { segments: ["projects", id] };
}

/** A subject, by its project and its accession id or label. */
export function subjectPath(project: string, idOrLabel: string): OwnerPath {
  return { segments: ["projects", project, "subjects", idOrLabel] };
}

/** A session, by its accession id: labels are unique in a project only. */
export function sessionPath(id: string): OwnerPath {
  return { segments: ["experiments", id] };
}

/** A scan of a session. */
export function scanPath(sessionId: string, scanId: string): OwnerPath {
  return { segments: ["experiments", sessionId, "scans", scanId] };
}

/** An assessor of a session. */
export function assessorPath(sessionId: string, assessorId: string): OwnerPath {
  return { segments: ["experiments", sessionId, "assessors", assessorId] };
}

/** The store of the logged-in user, of which every label is a resource: for what a project does not let him write. */
export function userCachePath(): OwnerPath {
  return { segments: ["user", "cache"] };
}

/** Whether an owner is a user's cache, whose resources are plain folders: made by their first file, without ids and digests. */
export function isUserCache({ segments }: OwnerPath): boolean {
  return segments[0] === "user";
}

/** Segments of a resource's address, from "data" on. `resource` is a label or a numeric id. */
export function resourceSegments(owner: OwnerPath, resource: string): readonly string[] {
  return ["data", ...owner.segments, "resources", resource];
}

/** Segments of a file's address, from "data" on. `path` is relative to the resource. */
export function fileSegments(owner: OwnerPath, resource: string, path: string): readonly string[] {
  return [...resourceSegments(owner, resource), "files", ...path.split("/")];
}
