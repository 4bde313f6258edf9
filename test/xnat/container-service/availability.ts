import { canEdit, canOwn } from "../rights.ts";
import type { Project, Site, User } from "../site.ts";
import { type FoundWrapper, listWrappers } from "./command-store.ts";
import { wrapperInputsOf } from "./resolve/resolution.ts";

/** What each data type extends, as far as pages of XNAT have it. */
const extended: Readonly<Record<string, string>> = {
  "xnat:mrSessionData": "xnat:imageSessionData",
  "xnat:petSessionData": "xnat:imageSessionData",
  "xnat:ctSessionData": "xnat:imageSessionData",
  "xnat:otherDicomSessionData": "xnat:imageSessionData",
  "xnat:imageSessionData": "xnat:subjectAssessorData",
  "xnat:subjectAssessorData": "xnat:experimentData",
  "xnat:mrScanData": "xnat:imageScanData",
  "xnat:petScanData": "xnat:imageScanData",
  "xnat:ctScanData": "xnat:imageScanData",
  "xnat:otherDicomScanData": "xnat:imageScanData",
  "icr:roiCollectionData": "xnat:imageAssessorData",
  "xnat:qcAssessmentData": "xnat:imageAssessorData",
  "xnat:imageAssessorData": "xnat:derivedData",
  "xnat:derivedData": "xnat:experimentData",
  "xnat:projectData": "",
  "xnat:subjectData": "",
  "xnat:imageScanData": "",
  "xnat:experimentData": "",
  site: "",
};

export const isKnownType = (xsiType: string): boolean => Object.hasOwn(extended, xsiType);

/** Whether a page of this type is one of the contexts, or extends one. */
export function isOffered(contexts: readonly string[], xsiType: string): boolean {
  let type = xsiType;
  while (type !== "") {
    if (contexts.includes(type)) return true;
    type = extended[type] ?? "";
  }
  return false;
}

/** Whether the user may make what the wrapper's handlers make: nothing else is offered. */
export function mayLaunch({ wrapper }: FoundWrapper, user: User, project: Project): boolean {
  const inputs = new Map(wrapperInputsOf(wrapper).map((input) => [input.name, input]));
  return (wrapper["output-handlers"] ?? []).every((handler) => {
    if (handler.type === "Assessor" && handler["xsi-type"] === undefined) return true;
    const isProject = inputs.get(handler["as-a-child-of"])?.type === "Project";
    return isProject ? canOwn(user, project) : canEdit(user, project);
  });
}

/** What the pages of a project offer on a data type. */
export function availableWrappers(
  site: Site,
  user: User,
  project: Project,
  xsiType: string,
): readonly FoundWrapper[] {
  return listWrappers(site).filter(
    (found) =>
      isOffered(found.wrapper.contexts ?? [], xsiType) &&
      site.siteWrappers.has(found.id) &&
      project.enabledWrappers.has(found.id) &&
      // W15: pages can start only wrappers with one external input.
      found.wrapper["external-inputs"]?.length === 1 &&
      mayLaunch(found, user, project),
  );
}

/** One row of `commands/available`. */
export function showAvailable({ id, wrapper, stored }: FoundWrapper, enabled: boolean): object {
  const { command } = stored;
  return {
    "command-id": stored.id,
    "command-name": command.name,
    "command-label": command.label ?? command.name,
    "command-description": command.description ?? "",
    "wrapper-id": id,
    "wrapper-name": wrapper.name,
    "wrapper-label": wrapper.label ?? wrapper.name,
    "wrapper-description": wrapper.description,
    "wrapper-contexts": wrapper.contexts ?? [],
    "image-name": command.image,
    "image-type": command.type ?? "docker",
    enabled,
    "root-element-name": wrapper["external-inputs"]?.[0]?.name ?? "",
  };
}
