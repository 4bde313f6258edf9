/** Closed sets of words of the Container Service 3.7.3; case matters in all of them. */
export const commandTypes = ["docker", "docker-setup", "docker-wrapup"] as const;
export const visibilities = ["public", "private", "protected"] as const;
export const commandInputTypes = [
  "string",
  "boolean",
  "number",
  "select-one",
  "select-many",
  "file",
] as const;
export const multipleDelimiters = ["quoted-space", "space", "comma", "flag"] as const;
export const handlerTypes = ["Resource", "Assessor", "Scan"] as const;

export const wrapperInputTypes = [
  "string",
  "boolean",
  "number",
  "Directory",
  "File[]",
  "File",
  "file",
  "Project",
  "ProjectAsset",
  "Subject",
  "SubjectAssessor",
  "Session",
  "Scan",
  "Assessor",
  "Resource",
  "Config",
] as const;

/** What a wrapper input of a type can be derived from; types that are not listed are never resolved (W19). */
export const derivableFrom: Readonly<Partial<Record<string, readonly string[]>>> = {
  string: [
    ...["Project", "ProjectAsset", "Subject", "SubjectAssessor", "Session"],
    ...["Scan", "Assessor", "Resource", "File"],
  ],
  Directory: ["Resource"],
  File: ["Resource"],
  "File[]": ["Resource"],
  Project: ["ProjectAsset", "Subject", "Session", "Scan", "Assessor", "SubjectAssessor"],
  Subject: ["Project", "Session", "SubjectAssessor"],
  Session: ["Subject", "Scan", "Assessor"],
  Scan: ["Session", "Resource"],
  Assessor: ["Session"],
  SubjectAssessor: ["Subject"],
  ProjectAsset: ["Project"],
  Resource: [
    ...["Project", "ProjectAsset", "Subject", "Session"],
    ...["Scan", "Assessor", "SubjectAssessor"],
  ],
};

const everyObject = ["id", "label", "xsiType", "uri", "directory"];

/** Properties a value can be taken from, for each type of object (W18). */
export const propertiesOf: Readonly<Partial<Record<string, readonly string[]>>> = {
  Project: [
    ...everyObject,
    ...["title", "running-title", "description", "keywords", "accessibility", "aliases"],
  ],
  Subject: [...everyObject, ...["project-id", "group", "source", "initials", "datatype-string"]],
  Session: [
    ...everyObject,
    ...["project-id", "shared-from-project-id", "subject-id", "visit-id", "datatype-string"],
  ],
  Scan: [
    ...everyObject,
    ...["integer-id", "scan-type", "project-id", "session-id", "frames", "note", "modality"],
    ...["quality", "scanner", "scanner-manufacturer", "scanner-model"],
    ...["scanner-software-version", "series-description", "start-time", "uid", "datatype-string"],
  ],
  Assessor: [...everyObject, "project-id", "session-id", "name", "datatype-string"],
  Resource: [...everyObject, "integer-id", "files", "parent-uri", "datatype-string"],
  File: [...everyObject, ...["name", "path", "tags", "format", "size", "checksum", "content"]],
};

/** Properties that people fill with free text, which may hold a string that stops the launch (W17). */
export const freeTextOf: Readonly<Partial<Record<string, readonly string[]>>> = {
  Project: ["title", "running-title", "description", "keywords", "aliases"],
  Subject: ["group", "source"],
  Scan: [
    ...["label", "scan-type", "note", "series-description", "scanner"],
    ...["scanner-manufacturer", "scanner-model", "scanner-software-version"],
  ],
  File: ["name", "path", "tags", "content"],
};

/** Root input names that launch URLs and the web pages understand (W16). */
export const rootNames = ["project", "subject", "session", "scan", "assessor", "resource"] as const;
