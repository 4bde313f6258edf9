import type { CommandJson } from "#command-json/schema.ts";

/** Where an output of a program goes. */
export interface ProgramOutput {
  /** Folder below the output folder. */
  readonly path: string;
  /** Label of the resource below the scan; `#assessor-id#` stands for that of the item. */
  readonly label: string;
  readonly format: string;
  readonly content: string;
}

/** One input folder of a program: which files of XNAT it wants, and the option that takes the folder. */
export interface ProgramMount {
  readonly option: string;
  readonly from:
    | { readonly kind: "scan-resource"; readonly labels: readonly string[] }
    | { readonly kind: "session" }
    | { readonly kind: "assessor" };
}

/** A program of this project as its command.json describes it. */
export interface Program {
  readonly name: string;
  readonly version: string;
  readonly image: string;
  /** Absolute path of main.mjs or main.ts. */
  readonly main: string;
  /** Name of the wrapper for one scan, for launches. */
  readonly scanWrapper: string;
  readonly mounts: readonly ProgramMount[];
  readonly outputs: readonly ProgramOutput[];
  /** Label of the resource that gets the marker and holds summary.json and manifest.json. */
  readonly reportLabel: string;
  readonly command: CommandJson;
}

/** The programs of a folder by name, read when they are asked for. */
export interface Programs {
  readonly folder: string;
  /** @throws UsageError E-PIPELINE when it is not there or its command.json cannot be used */
  read(name: string): Program;
}
