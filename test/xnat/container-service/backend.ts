/** A container as a back end gets it. */
export interface RunSpec {
  /** Unique; services are named so. */
  readonly name: string;
  readonly image: string;
  /** Words after the image's entry point; unused when it is overridden. */
  readonly args: readonly string[];
  readonly commandLine: string;
  readonly overrideEntrypoint: boolean;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly {
    readonly source: string;
    readonly target: string;
    readonly writable: boolean;
  }[];
  /** `uid:gid`, or "". */
  readonly user: string;
  /** MiB, 0 for none. */
  readonly limitMemory: number;
  readonly reserveMemory: number;
  /** Cores, 0 for no limit. */
  readonly limitCpu: number;
  /** Bytes. */
  readonly shmSize: number;
  readonly network: string;
}

/** How a container ended. */
export interface RunEnd {
  /** Null when the back end does not know. */
  readonly exitCode: number | null;
  readonly outOfMemory: boolean;
  /** What the engine says of a failure, "" without. */
  readonly message: string;
}

export type LogStream = "stdout" | "stderr";

/** One container that was started. */
export interface RunHandle {
  /** Container or service id. */
  readonly id: string;
  /** Resolves when it has ended, however. */
  readonly end: Promise<RunEnd>;
  /** @param since - only lines later than this time, ms since 1970 */
  logs(stream: LogStream, since?: number): Promise<string>;
  kill(): Promise<void>;
  /** Takes it from the engine; logs are gone then. */
  remove(): Promise<void>;
}

/** Where containers run. */
export interface Backend {
  readonly kind: "docker" | "swarm" | "fake";
  /** @throws Error when the engine refuses to create or start it */
  start(spec: RunSpec): Promise<RunHandle>;
  /** Words of the label `org.nrg.commands` of an image; undefined without image or label. */
  readLabel(image: string): Promise<string | undefined>;
}
