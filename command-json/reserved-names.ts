/** Set by the Container Service itself in every container; setting them breaks the launch (W05). */
export const xnatVariables = [
  "XNAT_HOST",
  "XNAT_USER",
  "XNAT_PASS",
  "XNAT_WORKFLOW_ID",
  "XNAT_EVENT_ID",
] as const;

/** Our variables that tell a program where its input came from, and the wrapper input behind each. */
export const sourceVariables = {
  SOURCE_PROJECT: "project-id",
  SOURCE_SUBJECT: "subject-id",
  SOURCE_SESSION: "session-id",
  SOURCE_SCAN: "scan-id",
  SOURCE_ASSESSOR: "assessor-id",
} as const;

/** Environment names a command.ts must not set itself. */
export const environmentNames: ReadonlySet<string> = new Set([
  ...xnatVariables,
  ...Object.keys(sourceVariables),
]);

/**
 * Names of our wrapper inputs. Launch parameters of wrapper and command inputs share one flat list, so
 * an option offered in XNAT must not have one of these names.
 */
export const wrapperInputNames: ReadonlySet<string> = new Set([
  "project",
  "subject",
  "session",
  "scan",
  "assessor",
  "resource",
  ...Object.values(sourceVariables),
]);

/** Name of the wrapper input that mounts a resource. */
export function mountInputName(mount: string): string {
  return `${mount}-files`;
}

/** Name of the menu for the scan whose resource is mounted in place of the session. */
export function scanMenuName(mount: string): string {
  return `${mount}-scan`;
}
