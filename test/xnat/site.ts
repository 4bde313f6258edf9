import type { CommandJson } from "#command-json/schema.ts";

// What the simulated XNAT knows: plain records, changed in place by the routes. Files lie on disk (Resource.folder).

export interface User {
  readonly login: string;
  password: string;
  roles: ("SiteAdmin" | "ContainerManager" | "DataAdmin")[];
  enabled: boolean;
  failedLogins: number;
  /** ms of the site's clock. */
  lockedUntil: number;
}

export interface HttpSession {
  readonly id: string;
  readonly user: string;
  lastUsed: number;
  readonly csrf: string;
  /** Alias of the token it was opened with, "" for a password. */
  readonly alias: string;
}

export interface AliasToken {
  readonly alias: string;
  readonly secret: string;
  readonly user: string;
  expires: number;
  enabled: boolean;
  readonly issued: number;
}

export type Role = "owner" | "member" | "collaborator";
export type Accessibility = "public" | "protected" | "private";

export interface Resource {
  /** xnat_abstractresource_id. */
  readonly id: number;
  readonly label: string;
  format: string;
  content: string;
  tags: string;
  /** Absolute; holds the files and the catalog. */
  readonly folder: string;
  /** File name of the catalog in `folder`. */
  readonly catalog: string;
}

/** What all things with resources share. `resources` may hold two of one label (rules U6, D8). */
export interface HasResources {
  readonly resources: Resource[];
  customFields: Record<string, unknown>;
}

export interface Project extends HasResources {
  readonly kind: "project";
  readonly id: string;
  name: string;
  secondaryId: string;
  description: string;
  accessibility: Accessibility;
  prearchiveCode: 0 | 4 | 5;
  aliases: string[];
  fields: Map<string, string>;
  members: Map<string, Role>;
  /** Wrappers of the Container Service that its owner has enabled, by wrapper id. */
  enabledWrappers: Set<number>;
  insertDate: number;
  insertUser: string;
}

export interface Share {
  readonly project: string;
  readonly label: string;
}

export interface Subject extends HasResources {
  readonly kind: "subject";
  readonly id: string;
  project: string;
  label: string;
  group: string;
  attributes: Record<string, string>;
  fields: Map<string, string>;
  sharedInto: Share[];
  insertDate: number;
  insertUser: string;
}

export interface Session extends HasResources {
  readonly kind: "session";
  readonly id: string;
  xsiType: string;
  project: string;
  subjectId: string;
  label: string;
  /** yyyy-mm-dd, or "". */
  date: string;
  time: string;
  uid: string;
  modality: string;
  /** Further native fields as an item shows them: "scanner/manufacturer". */
  attributes: Record<string, string | number>;
  fields: Map<string, string>;
  sharedInto: Share[];
  readonly scans: Scan[];
  readonly assessors: Assessor[];
  insertDate: number;
  insertUser: string;
}

export interface Scan extends HasResources {
  readonly kind: "scan";
  /** xnat_imagescandata_id. */
  readonly dbId: number;
  id: string;
  xsiType: string;
  type: string;
  seriesDescription: string;
  uid: string;
  quality: string;
  note: string;
  frames: number | "";
  modality: string;
  /** "parameters/tr": 2000, ... */
  parameters: Record<string, string | number>;
  /** parameters/addParam: MultiEcho_TE1, ... */
  addParams: Record<string, string>;
}

export interface Assessor extends HasResources {
  readonly kind: "assessor";
  readonly id: string;
  xsiType: string;
  label: string;
  name: string;
  sessionId: string;
  date: string;
  attributes: Record<string, string | number>;
  fields: Map<string, string>;
  insertDate: number;
  insertUser: string;
}

export type Owner = Project | Subject | Session | Scan | Assessor;

export interface PrearchiveRow {
  project: string;
  readonly timestamp: string;
  readonly folderName: string;
  name: string;
  /** StudyInstanceUID. */
  tag: string;
  subject: string;
  status: string;
  lastmod: number;
  readonly uploaded: number;
  scanDate: string;
  scanTime: string;
  autoarchive: string;
  preventAnon: boolean;
  preventAutoCommit: boolean;
  source: string;
  readonly folder: string;
  logs: string[];
}

export interface Workflow {
  readonly id: string;
  readonly dataType: string;
  readonly objectId: string;
  scanId: string;
  readonly pipelineName: string;
  status: string;
  details: string;
  /** Container or service id. */
  comments: string;
  jobId: string;
  readonly externalId: string;
  readonly launchTime: number;
  readonly user: string;
}

export interface StoredCommand {
  readonly id: number;
  command: CommandJson;
  /** In the order of command.xnat. */
  readonly wrapperIds: number[];
}

export interface ContainerRecord {
  readonly id: number;
  readonly commandId: number;
  readonly wrapperId: number;
  readonly user: string;
  readonly project: string;
  status: string;
  statusTime: number;
  containerId: string;
  serviceId: string;
  readonly workflowId: string;
  readonly image: string;
  commandLine: string;
  environment: Record<string, string>;
  mounts: {
    readonly name: string;
    readonly writable: boolean;
    readonly hostPath: string;
    readonly containerPath: string;
  }[];
  inputs: { readonly type: string; readonly name: string; readonly value: string }[];
  outputs: {
    readonly name: string;
    readonly label: string;
    created: string;
    readonly handledBy: string;
  }[];
  history: { readonly status: string; readonly time: number; readonly exitCode: string | null }[];
  /** Folder of stdout.log and stderr.log. */
  logFolder: string;
}

/** Time under the test's control: real time plus what was added. */
export interface Clock {
  now(): number;
  advance(milliseconds: number): void;
}

export interface SiteOptions {
  readonly version: "1.7.6" | "1.8.10" | "1.9.3" | "1.10.1";
  readonly containerService: "off" | "2.1.1" | "3.3" | "3.7.3";
  readonly roiPlugin: boolean;
  readonly checksums: boolean;
  readonly contextPath: string;
  readonly changeJustification: boolean;
  /** Sessions of one user before a login is refused (A1). */
  readonly sessionLimit: number;
  readonly sessionMinutes: number;
  readonly tokenMinutes: number;
  /** Seed of shuffled lists and of faults. */
  readonly seed: number;
}

export interface Site {
  readonly options: SiteOptions;
  /** Holds archive/, prearchive/, cache/, build/. */
  readonly root: string;
  readonly clock: Clock;
  /** In [0, 1), from the seed. */
  random(): number;
  /** Address users and containers reach it by; set when it listens. */
  url: string;
  processingUrl: string;
  readonly users: Map<string, User>;
  readonly httpSessions: Map<string, HttpSession>;
  readonly tokens: Map<string, AliasToken>;
  readonly projects: Map<string, Project>;
  /** By accession id. */
  readonly subjects: Map<string, Subject>;
  readonly sessions: Map<string, Session>;
  readonly deletedProjectIds: Set<string>;
  readonly prearchive: PrearchiveRow[];
  readonly workflows: Map<string, Workflow>;
  readonly commands: Map<number, StoredCommand>;
  readonly siteWrappers: Set<number>;
  readonly containers: Map<number, ContainerRecord>;
  /** Next number of each kind: nextId("subject") -> 1, 2, ... */
  nextId(kind: string): number;
}
