import type { ContainerStatus } from "#shared/xnat/container-status.ts";
import type { ListedScan } from "./item.ts";

/** Something in XNAT that holds resources. */
export type Place =
  | { readonly kind: "project" }
  /** The cache of the user who is logged in: the one place everybody may write. */
  | { readonly kind: "user" }
  | { readonly kind: "session"; readonly sessionId: string }
  | { readonly kind: "scan"; readonly sessionId: string; readonly scanId: string }
  | { readonly kind: "assessor"; readonly sessionId: string; readonly assessorId: string };

export interface ListedSubject {
  readonly id: string;
  readonly label: string;
  readonly group: string;
}

/** A session of the project as the listing tells it. Missing values are "". */
export interface ListedSession {
  readonly id: string;
  readonly label: string;
  readonly subjectId: string;
  readonly subjectLabel: string;
  /** yyyy-mm-dd. */
  readonly date: string;
  readonly type: string;
  /** The project it belongs to; another than the one asked for where it is shared into this one. */
  readonly owner: string;
}

/** A ROI collection. */
export interface ListedCollection {
  readonly sessionId: string;
  readonly assessorId: string;
  readonly label: string;
}

/** Custom variables by the accession id of their subject or session; names in lower case. */
export interface CustomVariables {
  readonly subjects: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly sessions: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** A scan as its session lists it. */
export interface SessionScan {
  readonly scanId: string;
  readonly seriesUid: string;
}

export interface ListedResource {
  readonly label: string;
  /** Scan it belongs to, "" for one of the session. */
  readonly scanId: string;
}

/** A file of a resource. */
export interface RemoteFile {
  /** Below the resource, with forward slashes. */
  readonly path: string;
  /** Bytes; -1 where the list says none. */
  readonly size: number;
  /** MD5 in lower case; "" where the server has none. */
  readonly digest: string;
}

/** A file to send: a path on this machine, or its bytes. */
export interface LocalFile {
  readonly path: string;
  readonly size: number;
  readonly source: string | Uint8Array;
}

/** What a resource is said to hold. */
export interface ResourceKind {
  readonly format: string;
  readonly content: string;
}

/**
 * The project as the runner sees it: xnat-server.ts is the real one, tests have one in memory.
 *
 * Methods throw XnatError. What can be repeated without harm has been repeated by then.
 */
export interface ProjectServer {
  /** Of the site, without a slash at the end. */
  readonly url: string;
  readonly user: string;
  readonly project: string;
  /**
   * The id of the project as XNAT spells it, which may be asked for by an alias too.
   *
   * @throws XnatError not-found when the project does not exist or must not be seen; whatever says that XNAT is away
   */
  requireProject(): Promise<string>;
  /** Every scan of the project by one query, the scans of a session one after the other. */
  listScans(): AsyncIterable<ListedScan>;
  listSessions(): AsyncIterable<ListedSession>;
  listSubjects(): Promise<readonly ListedSubject[]>;
  readVariables(): Promise<CustomVariables>;
  /** ROI collections of the project, by one query where the server can. */
  listCollections(): AsyncIterable<ListedCollection>;
  /**
   * DICOM attributes of the first image of a scan, read by the server.
   *
   * @param attributes - keywords of PS3.6, or tags of 8 hexadecimal digits
   * @returns by the same names; several values are joined by a backslash; absent ones are missing
   */
  readAttributes(
    scan: ListedScan,
    attributes: readonly string[],
  ): Promise<Readonly<Record<string, string>>>;
  /** Scans of one session: what a ROI collection may have been drawn on. */
  listSessionScans(sessionId: string): Promise<readonly SessionScan[]>;
  /** Resources of a place; of a session those of its scans too. */
  listResources(place: Place): Promise<readonly ListedResource[]>;
  /** Files of a resource; undefined where there is no such resource. */
  listFiles(place: Place, label: string): Promise<readonly RemoteFile[] | undefined>;
  /**
   * Fetches files into a folder, which is made, each complete or not there. What lies there already complete is not fetched again.
   *
   * @param files - as listed; nothing else of the resource is fetched
   */
  download(
    place: Place,
    label: string,
    folder: string,
    files: readonly RemoteFile[],
    signal?: AbortSignal,
  ): Promise<void>;
  /** A small text file; undefined where there is none. */
  readText(place: Place, label: string, path: string): Promise<string | undefined>;
  /**
   * Makes the resource where it is missing and sends the files; checks by listing that they arrived.
   *
   * @param overwrite - false: XnatError "exists" when one of them is there, and none is changed
   */
  upload(
    place: Place,
    label: string,
    files: readonly LocalFile[],
    kind: ResourceKind & { readonly overwrite: boolean },
  ): Promise<void>;
  /** Missing ones are no error. */
  deleteFiles(place: Place, label: string, paths: readonly string[]): Promise<void>;
  /** With its files; a missing one is no error. */
  deleteResource(place: Place, label: string): Promise<void>;
  /** Launches of the Container Service, for mode container-service. */
  readonly launches: ContainerLaunches;
}

/** A wrapper that is enabled in the project. */
export interface AvailableWrapper {
  readonly id: string;
  readonly name: string;
  /** Name of its external input, as launch URLs need it. */
  readonly root: string;
  readonly image: string;
}

/** A container of the project, or a workflow of a launch that has none yet. Missing values are "". */
export interface LaunchedContainer {
  /** The Container Service's own id, for logs; "" for a workflow. */
  readonly id: string;
  readonly wrapperId: string;
  readonly workflowId: string;
  readonly status: ContainerStatus;
  /** XNAT's word for it: Complete, Failed (...), Running, _Queued ... */
  readonly statusText: string;
  readonly exitCode: string;
  /** What was sent at launch, by name: scan -> /archive/experiments/E/scans/3. Empty where the user may not see it. */
  readonly values: ReadonlyMap<string, string>;
  /** ms since 1970 by the server's clock; undefined when it does not tell. */
  readonly created: number | undefined;
}

/** The Container Service as the runner needs it. */
export interface ContainerLaunches {
  /** Wrappers for MR scans that are enabled in the project and that the user may launch. */
  listWrappers(): Promise<readonly AvailableWrapper[]>;
  /** One launch; returns its workflow id, "" where it is assigned later. 200 means queued, no more. */
  launch(
    wrapper: AvailableWrapper,
    target: string,
    values: Readonly<Record<string, string>>,
  ): Promise<string>;
  /**
   * One launch for each target with the same values, in one request.
   *
   * @param targets - archive URIs of the root objects
   */
  launchBulk(
    wrapper: AvailableWrapper,
    targets: readonly string[],
    values: Readonly<Record<string, string>>,
  ): Promise<{
    readonly id: string;
    readonly refused: readonly { readonly target: string; readonly reason: string }[];
  }>;
  /** Containers of the project. */
  listContainers(): AsyncIterable<LaunchedContainer>;
  /** The workflow of a launch on a scan: the only trace of one that never became a container. Undefined unless exactly one fits. */
  findWorkflow(wanted: {
    readonly sessionId: string;
    readonly scanId: string;
    readonly wrapperName: string;
    readonly bulkId?: string;
  }): Promise<LaunchedContainer | undefined>;
  /** What a container wrote, "" where there is nothing. */
  readLog(containerId: string, stream: "stdout" | "stderr"): Promise<string>;
}
