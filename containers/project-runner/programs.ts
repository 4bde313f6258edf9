import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJson } from "#command-json/read-json.ts";
import { type CommandJson, commandSchema, type WrapperJson } from "#command-json/schema.ts";
import { UsageError } from "#shared/errors.ts";

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
  /** `--input`. */
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

// A folder of an image is given to a program outside the image by the option that has it as its default; command.json does
// not list these options, so they stand here and are compared with every program's command by a test.
const optionOfPath: Readonly<Record<string, string>> = {
  "/input": "--input",
  "/reference": "--reference",
  "/maps": "--map",
  "/roi": "--roi",
  "/series": "--series",
};

/** Option that takes the folder a mount has in an image. */
export function optionOfMount(path: string): string | undefined {
  return optionOfPath[path];
}

/**
 * The folder with the programs: XNAT_PIC_PROGRAMS, else `programs` beside the bundle, else the containers of the checkout.
 */
export function openPrograms(environment: NodeJS.ProcessEnv): Programs {
  const beside = fileURLToPath(new URL("programs", import.meta.url));
  const checkout = fileURLToPath(new URL("..", import.meta.url));
  const folder =
    environment["XNAT_PIC_PROGRAMS"] || (existsSync(beside) ? beside : checkout.replace(/\/$/, ""));
  return { folder, read: (name) => readProgram(folder, name) };
}

function readProgram(folder: string, name: string): Program {
  const home = join(folder, name);
  const main = ["main.mjs", "main.ts"].map((file) => join(home, file)).find(existsSync);
  if (main === undefined) throw refuse(name, `there is no program in ${home}`);
  const command = readCommand(name, join(home, "command.json"));
  const wrapper = command.xnat?.find(isForScans);
  if (wrapper === undefined) throw refuse(name, "its command.json offers it on no scan");
  const outputs = (wrapper["output-handlers"] ?? []).map((handler): ProgramOutput => {
    const output = command.outputs?.find((one) => one.name === handler["accepts-command-output"]);
    if (output === undefined || handler.label === undefined) {
      throw refuse(name, `the output handler ${handler.name} of its command.json has no output`);
    }
    const { label, format = "", content = "" } = handler;
    return { path: output.path, label, format, content };
  });
  const report = outputs.find(({ path }) => path === "report") ?? outputs.at(-1);
  if (report === undefined) throw refuse(name, "its command.json stores no output");
  return {
    ...{ name, version: command.version, image: command.image, main, command, outputs },
    scanWrapper: wrapper.name,
    reportLabel: report.label,
    mounts: listMounts(name, command, wrapper),
  };
}

function readCommand(name: string, path: string): CommandJson {
  let value: unknown;
  try {
    value = readJson(readFileSync(path, "utf8")).value;
  } catch (error) {
    throw refuse(name, `${path} cannot be read (${(error as Error).message})`);
  }
  const parsed = commandSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(name, `${path}: ${issue?.path.join("/")} ${issue?.message}`);
}

function isForScans({ contexts, "external-inputs": inputs }: WrapperJson): boolean {
  return contexts.some((context) => /ScanData$/.test(context)) && inputs?.[0]?.type === "Scan";
}

function listMounts(name: string, command: CommandJson, wrapper: WrapperJson): ProgramMount[] {
  return (wrapper["derived-inputs"] ?? []).flatMap((input): ProgramMount[] => {
    const mount = command.mounts?.find(
      (one) => one.name === input["provides-files-for-command-mount"],
    );
    if (mount === undefined) return [];
    const option = optionOfMount(mount.path);
    if (option === undefined) throw refuse(name, `no option is known for its mount ${mount.path}`);
    if (input.type === "Session") return [{ option, from: { kind: "session" } }];
    if (input.type === "Assessor") return [{ option, from: { kind: "assessor" } }];
    const labels = labelsOf(input.matcher ?? "");
    if (input.type !== "Resource" || labels.length === 0) {
      throw refuse(name, `the input ${input.name} of its command.json is of a kind unknown here`);
    }
    return [{ option, from: { kind: "scan-resource", labels } }];
  });
}

/** Labels a matcher of resources names: `@.label == 'DICOM'`, `@.label in ['A', 'B']`. */
function labelsOf(matcher: string): readonly string[] {
  if (!/^@\.label (==|in) /.test(matcher)) return [];
  return [...matcher.matchAll(/'([^']*)'/g)].map((found) => found[1] ?? "");
}

function refuse(name: string, found: string): UsageError {
  return new UsageError(
    "E-PIPELINE",
    `The pipeline ${name} cannot be used: ${found}.`,
    "Build the image of project-runner anew, or correct XNAT_PIC_PROGRAMS.",
  );
}
