import type { CommandDefinition } from "./define-command.ts";
import type { InputMount, MountSource, MountWords, ScanMenu } from "./mounts.ts";
import { outputHandlers } from "./output-handlers.ts";
import { type Place, roiCollectionType } from "./places.ts";
import { mountInputName, scanMenuName, sourceVariables } from "./reserved-names.ts";
import type { DerivedInputJson, ExternalInputJson, WrapperJson } from "./schema.ts";

/** Where XNAT offers the command: one wrapper for each place of `offeredOn`. */
export function encodeWrappers(command: CommandDefinition): readonly WrapperJson[] {
  return command.offeredOn.map((place) => encodeWrapper(command, place));
}

/** Environment variables that tell the program where its images came from; the same in all wrappers. */
export function sourceEnvironment(command: CommandDefinition): Record<string, string> {
  const onProject = command.offeredOn.some((place) => place.level === "project");
  const entries = Object.entries(sourceVariables).filter(([variable]) => {
    if (onProject) return variable === "SOURCE_PROJECT";
    return variable !== "SOURCE_ASSESSOR" || mounts(command, "assessor");
  });
  return Object.fromEntries(entries.map(([variable, input]) => [variable, `#${input}#`]));
}

function encodeWrapper(command: CommandDefinition, place: Place): WrapperJson {
  const { level } = place;
  const menus = menusOf(command, level);
  return {
    name: `${command.name}-${level}`,
    label: `${command.label}${list(menus, "the", " (choose ", ")")}`,
    description: `${command.description}${list(menus, "one", ", for ", ` of the ${level === "project" ? level : "session"}`)}`,
    contexts: [...place.contexts],
    "external-inputs": [rootInput(command, level)],
    "derived-inputs": [...derivedInputs(command, level)],
    "output-handlers": outputHandlers(command, worksOnPage(command, level) ? level : "scan"),
  };
}

/** Whether a program works on the thing of the page itself, and not on a scan of it. */
function worksOnPage(command: CommandDefinition, level: Place["level"]): boolean {
  return level === "project" || mounts(command, "page");
}

/** What the user chooses from a menu, because the page does not say it; in the order of the dialog. */
function menusOf(command: CommandDefinition, level: Place["level"]): readonly string[] {
  if (worksOnPage(command, level))
    return mountsOf(command, "page").map(([, { label }]) => inSentence(label));
  const labels = [
    ...(level === "assessor" || !mounts(command, "assessor") ? [] : [collection.label]),
    ...scanMenus(command, level).map(([, { label }]) => label),
    ...(level === "scan" ? [] : [scanWords(command).label]),
  ];
  return labels.map(inSentence);
}

/** The scan that is processed, in the menu for it. */
function scanWords({ scan }: CommandDefinition): MountWords {
  return scan ?? { label: "Scan", description: "scan to process" };
}

/** A label amid a sentence: "Map scan" as "map scan", "ROI collection" as it is. */
function inSentence(label: string): string {
  return label.replace(/^[A-Z](?![A-Z])/, (first) => first.toLowerCase());
}

function list(items: readonly string[], article: string, before: string, after: string): string {
  if (items.length === 0) return "";
  const words = items.map((item) => `${article} ${item}`).join(", ");
  return `${before}${words.replace(/, (?=[^,]*$)/, " and ")}${after}`;
}

function rootInput(command: CommandDefinition, level: Place["level"]): ExternalInputJson {
  if (level === "scan") {
    return {
      name: "scan",
      label: "Scan",
      description: "the scan",
      type: "Scan",
      ...scanMatcher(command),
      required: true,
    };
  }
  if (level === "session") {
    return {
      name: "session",
      label: "Session",
      description: "the session",
      type: "Session",
      ...mountedFiles(command, "session", level),
      required: true,
    };
  }
  if (level === "assessor") {
    return { ...collection, ...mountedFiles(command, "assessor", level), required: true };
  }
  // A project's children are all its subjects and sessions; loading them can take minutes.
  return {
    name: "project",
    label: "Project",
    description: "the project",
    type: "Project",
    required: true,
    // Of a project without its children the server does not know the resources either.
    ...(mounts(command, "page") ? {} : { "load-children": false }),
  };
}

// Matched by its type alone: the server knows the resources of a collection only where a Resource is derived from it.
const collection = {
  name: "assessor",
  label: "ROI collection",
  description: "regions to measure in",
  type: "Assessor",
  matcher: `@.xsiType == '${roiCollectionType}'`,
} as const;

function* derivedInputs(
  command: CommandDefinition,
  level: Place["level"],
): Generator<DerivedInputJson> {
  if (level === "project" || worksOnPage(command, level)) {
    for (const [mount, input] of mountsOf(command, "page")) yield resourceMenu(mount, input, level);
    yield sourceId("project-id", "project id", level, level === "project" ? "id" : "project-id");
    return;
  }
  const collections = mounts(command, "assessor");
  const throughSession = level === "assessor" || collections || mounts(command, "session");
  if (level !== "session" && throughSession) {
    yield {
      ...sessionOf(level),
      ...mountedFiles(command, "session", level),
      required: true,
      "user-settable": false,
    };
  }
  // The dialog shows the inputs in this order, each followed by those derived from it.
  if (level !== "assessor" && collections) {
    yield {
      ...collection,
      "derived-from-wrapper-input": "session",
      ...mountedFiles(command, "assessor", level),
      required: true,
    };
  }
  for (const [mount, menu] of scanMenus(command, level)) {
    yield menuOfScans(scanMenuName(mount), menu, { matcher: holdsAny(menu) });
    const of = inSentence(menu.label);
    const words = {
      label: `Files of the ${of}`,
      description: `${menu.resources.join(" or ")} resource of the ${of}`,
    };
    yield mountInput(mount, { ...menu, ...words }, scanMenuName(mount));
  }
  if (level !== "scan") yield menuOfScans("scan", scanWords(command), scanMatcher(command));
  for (const [mount, input] of mountsOf(command, "scan")) yield mountInput(mount, input, "scan");
  yield sourceId("scan-id", "scan id", "scan", "id");
  yield sourceId("session-id", "accession id of the session", "scan", "session-id");
  yield sourceId("project-id", "project id", "scan", "project-id");
  // A scan knows no subject, its session does. Not required, so that nothing fails for want of it.
  if (level === "scan" && !throughSession) {
    yield { ...sessionOf(level), required: false, "user-settable": false, "load-children": false };
  }
  yield {
    ...sourceId("subject-id", "accession id of the subject", "session", "subject-id"),
    required: false,
  };
  if (collections) {
    yield sourceId("assessor-id", "accession id of the ROI collection", "assessor", "id");
  }
}

function sessionOf(parent: "scan" | "assessor") {
  return {
    name: "session",
    label: "Session",
    description: parent === "scan" ? "session of the scan" : "session of the ROI collection",
    type: "Session",
    "derived-from-wrapper-input": parent,
  } as const;
}

function menuOfScans(
  name: string,
  { label, description }: MountWords,
  matcher: { readonly matcher?: string },
): DerivedInputJson {
  return {
    name,
    label,
    description,
    type: "Scan",
    "derived-from-wrapper-input": "session",
    ...matcher,
    required: true,
  };
}

/** The wrapper input that mounts a resource of a scan. */
function mountInput(
  mount: string,
  input: MountWords & Pick<InputMount, "resources">,
  scan: string,
): DerivedInputJson {
  return {
    name: mountInputName(mount),
    label: input.label,
    description: input.description,
    type: "Resource",
    "derived-from-wrapper-input": scan,
    matcher: labelMatcher(input),
    "provides-files-for-command-mount": mount,
    required: true,
  };
}

/** The menu of the resources of a project or session. */
function resourceMenu(mount: string, input: InputMount, level: Place["level"]): DerivedInputJson {
  const matcher = input.resources.map((label) => `@.label != '${label}'`).join(" && ");
  return {
    name: mountInputName(mount),
    label: input.label,
    description: input.description,
    type: "Resource",
    "derived-from-wrapper-input": level,
    ...(matcher === "" ? {} : { matcher }),
    "provides-files-for-command-mount": mount,
    required: true,
  };
}

/** An id from XNAT; ids are safe, labels and descriptions may hold a string that stops the launch (W17). */
function sourceId(
  name: string,
  description: string,
  parent: string,
  property: string,
): DerivedInputJson {
  return {
    name,
    description,
    type: "string",
    "derived-from-wrapper-input": parent,
    "derived-from-xnat-object-property": property,
    "user-settable": false,
    required: true,
  };
}

function mountsOf(command: CommandDefinition, source: MountSource) {
  return Object.entries(command.inputs).filter(([, { of }]) => of === source);
}

function mounts(command: CommandDefinition, source: MountSource): boolean {
  return mountsOf(command, source).length > 0;
}

/** The mounts for which a page has a menu of scans. */
function scanMenus(
  command: CommandDefinition,
  level: Place["level"],
): readonly (readonly [mount: string, menu: ScanMenu])[] {
  return Object.entries(command.inputs).flatMap(([mount, { scanMenu }]) =>
    scanMenu?.on.includes(level) ? [[mount, scanMenu] as const] : [],
  );
}

/** The mount that shows the folder of an object itself, where the page has one. */
function mountedFiles(command: CommandDefinition, source: MountSource, level: Place["level"]) {
  const chosen = new Set(scanMenus(command, level).map(([mount]) => mount));
  const mount = mountsOf(command, source).find(([name]) => !chosen.has(name));
  return mount === undefined ? {} : { "provides-files-for-command-mount": mount[0] };
}

/** Only scans that have every resource the program mounts. */
function scanMatcher(command: CommandDefinition): { matcher?: string } {
  const conditions = mountsOf(command, "scan").map(([, mount]) => holdsAny(mount));
  return conditions.length === 0 ? {} : { matcher: conditions.join(" && ") };
}

/** The condition that a scan has one of some resources. */
function holdsAny({ resources }: Pick<InputMount, "resources">): string {
  const any = resources.map((label) => `'${label}' in @.resources[*].label`);
  return any.length > 1 ? `(${any.join(" || ")})` : any.join("");
}

function labelMatcher({ resources }: Pick<InputMount, "resources">): string {
  if (resources.length === 1) return `@.label == '${resources[0]}'`;
  return `@.label in [${resources.map((label) => `'${label}'`).join(", ")}]`;
}
