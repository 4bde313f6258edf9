import { z } from "zod";
import {
  commandInputTypes,
  commandTypes,
  handlerTypes,
  multipleDelimiters,
  visibilities,
  wrapperInputTypes,
} from "./vocabulary.ts";

// The shape of command.json, as strict as its authors should be. Each message begins with the id of
// its rule: E and W number the rules of the Container Service 3.7.3 (docs/command-json-rules.md), S are
// ours. Relations between parts (unique names, references, templates) are the work of lint.ts.

const name = z.string().regex(/^[A-Za-z0-9_-]+$/, "E13: letters, digits, _ and - only");
const rfc1123 = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "W08: lower case letters, digits and dashes only");
const filled = z.string().regex(/\S/, "S01: must not be blank");
const texts = z.record(z.string(), z.string());
const mebibytes = z.int().min(0, "S01: MiB, 0 for no limit");

const mount = z.strictObject({
  name: rfc1123.describe("Name of the mount; becomes a Kubernetes volume name."),
  path: z
    .string()
    .regex(/^\/(?!.*(^|\/)\.\.(\/|$))/, "S05: must be an absolute path without ..")
    .describe("Absolute path in the container."),
  writable: z.boolean().optional().describe("False: the archive itself, read-only."),
});

const commandInput = z.strictObject({
  name,
  label: z.string().optional(),
  description: z.string().optional(),
  type: z
    .enum(commandInputTypes, `W06: one of ${commandInputTypes.join(", ")}`)
    .optional()
    .describe("Default: string."),
  required: z.boolean().optional().describe("Default: false."),
  "default-value": z.string().optional(),
  "replacement-key": filled.optional().describe("Default: #name#."),
  "command-line-flag": z.string().optional(),
  "command-line-separator": z.string().optional().describe("Default: one blank."),
  "true-value": z.string().optional(),
  "false-value": z.string().optional(),
  "select-values": z.array(z.string()).optional(),
  "multiple-delimiter": z
    .enum(multipleDelimiters, `E14: one of ${multipleDelimiters.join(", ")}`)
    .optional(),
  sensitive: z.boolean().optional(),
});

const commandOutput = z.strictObject({
  name,
  description: z.string().optional(),
  mount: filled,
  path: z
    .string("S06: give the folder of this output below its mount")
    .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, "S06: must be a relative path without ..")
    .describe("File or folder below the mount; every direct child of the folder is uploaded."),
  required: z
    .boolean("W12: say whether the output is required; without it a failed upload is only logged")
    .describe("Without it a failed upload is only logged."),
});

const wrapperInput = {
  name,
  label: z.string().optional(),
  description: z.string().optional(),
  type: z.enum(wrapperInputTypes, `E27: one of ${wrapperInputTypes.join(", ")}`).optional(),
  matcher: z.string().optional().describe("JSONPath filter without its brackets."),
  "default-value": z.string().optional(),
  "provides-value-for-command-input": z.string().optional(),
  "provides-files-for-command-mount": z.string().optional(),
  "via-setup-command": z.string().optional(),
  "user-settable": z.boolean().optional().describe("Default: true."),
  "replacement-key": filled.optional(),
  required: z.boolean().optional().describe("Default: true."),
  "load-children": z.boolean().optional().describe("Default: true."),
  sensitive: z.boolean().optional(),
};

const externalInput = z.strictObject(wrapperInput);

const derivedInput = z.strictObject({
  ...wrapperInput,
  "derived-from-wrapper-input": z.string("E34: name the input this one is derived from"),
  "derived-from-xnat-object-property": z.string().optional(),
  multiple: z.boolean().optional(),
  parser: z.string().optional(),
});

const outputHandler = z.strictObject({
  name,
  "accepts-command-output": z.string("E43: name the output this handler takes"),
  "as-a-child-of": z.string("E43: name the input or handler that receives it"),
  type: z.enum(handlerTypes, `E44: one of ${handlerTypes.join(", ")}`).optional(),
  "xsi-type": z.string().optional(),
  label: z.string().optional().describe("Resource label; required for type Resource."),
  format: z.string().optional(),
  description: z.string().optional(),
  content: z.string().optional(),
  tags: z.array(z.string()).optional(),
  "via-wrapup-command": z.string().optional(),
});

const wrapper = z.strictObject({
  name: filled,
  label: z.string().optional(),
  description: z
    .string("W14: some versions hide a wrapper without description")
    .regex(/\S/, "W14: must not be blank"),
  contexts: z
    .array(z.string(), "W03: without contexts the wrapper is never offered")
    .min(1, "W03: without contexts the wrapper is never offered")
    .describe("XNAT data types, such as xnat:mrScanData."),
  "external-inputs": z.array(externalInput).optional(),
  "derived-inputs": z.array(derivedInput).optional(),
  "output-handlers": z.array(outputHandler).optional(),
});

const secret = z.strictObject({
  source: z.strictObject({ type: z.literal("system-property"), identifier: z.string() }),
  destination: z.strictObject({ type: z.literal("environment-variable"), identifier: z.string() }),
});

const common = {
  name: rfc1123,
  label: z.string().optional(),
  description: z.string().optional(),
  version: filled.describe("Name, image and version together must be new to the server."),
  "schema-version": z.literal("1.0", 'S02: write "schema-version": "1.0"'),
  "info-url": z.string().optional(),
  image: z
    .string()
    .regex(
      /^[^\s:]+(:\d+\/[^\s:]+)?(:[\w.-]+|@sha256:[0-9a-f]+)$/,
      "E03: write the tag of the image",
    ),
  "working-directory": z.string().optional(),
  "command-line": z.string("W04: without command-line every launch crashes"),
  "override-entrypoint": z
    .boolean("S04: say whether the entrypoint of the image is overridden")
    .describe("False: arguments of the image's entrypoint; true: a line for /bin/sh -c."),
  "environment-variables": texts.optional(),
  ports: texts.optional(),
  "reserve-memory": mebibytes.optional().describe("MiB"),
  "limit-memory": mebibytes.optional().describe("MiB"),
  "limit-cpu": z.number().min(0, "S01: cores, 0 for no limit").optional().describe("Cores"),
  "container-name": z.string().optional(),
  "container-labels": texts.optional(),
  "auto-remove": z.boolean().optional(),
  "shm-size": z.int().min(0, "S01: bytes").optional().describe("Bytes"),
  network: z.string().optional(),
  runtime: z.string().optional(),
  "ipc-mode": z.string().optional(),
  ulimits: z
    .record(z.string(), z.string().regex(/^-?\d+(:-?\d+)?$/, 'W07: "soft:hard" or one number'))
    .optional(),
  "generic-resources": texts.optional(),
  secrets: z.array(secret).optional(),
  visibility: z.enum(visibilities, `E49: one of ${visibilities.join(", ")}`).optional(),
  "command-metadata": z.record(z.string(), z.unknown()).optional(),
};

/** One command.json in the form authors should write. */
export const commandSchema = z.strictObject({
  ...common,
  type: z
    .enum(commandTypes, `E04: one of ${commandTypes.join(", ")}`)
    .optional()
    .describe("Default: docker."),
  mounts: z.array(mount).optional(),
  inputs: z.array(commandInput).optional(),
  outputs: z.array(commandOutput).optional(),
  xnat: z.array(wrapper).optional().describe("Wrappers: where XNAT offers the command."),
});

export type CommandJson = z.infer<typeof commandSchema>;
export type MountJson = z.infer<typeof mount>;
export type CommandInputJson = z.infer<typeof commandInput>;
export type WrapperJson = z.infer<typeof wrapper>;
export type ExternalInputJson = z.infer<typeof externalInput>;
export type DerivedInputJson = z.infer<typeof derivedInput>;
export type OutputHandlerJson = z.infer<typeof outputHandler>;

/** JSON Schema of a command.json (one command or an array of them), for editors. */
export function commandJsonSchema(): object {
  return {
    title: "XNAT Container Service command.json",
    ...z.toJSONSchema(z.union([commandSchema, z.array(commandSchema)])),
  };
}
