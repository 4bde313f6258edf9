import { type Issue, pointTo } from "./issue.ts";
import { type Fields, fieldsOf } from "./server-fields.ts";

// A command as the Container Service reads it: unknown keys ignored, scalars turned into the type of
// their field, null the same as missing. What it cannot read at all becomes a U issue.

export interface ServerInput {
  readonly at: string;
  readonly name: string;
  readonly type: string;
  readonly matcher: string | undefined;
  readonly defaultValue: string | undefined;
  readonly replacementKey: string;
}

export interface ServerCommandInput extends ServerInput {
  readonly flag: string | undefined;
  readonly selectValues: readonly string[];
  readonly multipleDelimiter: string | undefined;
  readonly trueValue: string | undefined;
  readonly falseValue: string | undefined;
}

export interface ServerWrapperInput extends ServerInput {
  readonly derived: boolean;
  readonly providesValueFor: string | undefined;
  readonly providesFilesFor: string | undefined;
  readonly viaSetupCommand: string | undefined;
  /** Of derived inputs only. */
  readonly parent: string | undefined;
  readonly property: string | undefined;
  readonly multiple: boolean;
  readonly parser: string | undefined;
}

export interface ServerOutput {
  readonly at: string;
  readonly name: string | undefined;
  readonly mount: string | undefined;
  readonly path: string | undefined;
}

export interface ServerHandler {
  readonly at: string;
  readonly name: string | undefined;
  readonly output: string | undefined;
  readonly parent: string | undefined;
  readonly type: string;
  readonly label: string | undefined;
  /** Templated texts: label, format, description, content, tags. */
  readonly texts: readonly Template[];
}

export interface ServerWrapper {
  readonly at: string;
  readonly name: string | undefined;
  readonly contexts: readonly string[];
  readonly external: readonly ServerWrapperInput[];
  readonly derived: readonly ServerWrapperInput[];
  readonly handlers: readonly ServerHandler[];
}

export interface ServerMount {
  readonly at: string;
  readonly name: string | undefined;
  readonly path: string | undefined;
}

/** A text in which the server replaces keys. */
export interface Template {
  readonly at: string;
  readonly text: string;
}

export interface ServerCommand {
  readonly at: string;
  readonly name: string | undefined;
  readonly image: string | undefined;
  readonly type: string;
  readonly visibility: string | undefined;
  readonly commandLine: string | undefined;
  readonly overrideEntrypoint: boolean;
  readonly containerName: string | undefined;
  readonly ulimits: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, string>>;
  /** Names of environment variables that secrets go into. */
  readonly secrets: readonly { readonly at: string; readonly variable: string | undefined }[];
  readonly mounts: readonly ServerMount[];
  readonly inputs: readonly ServerCommandInput[];
  readonly outputs: readonly ServerOutput[];
  readonly wrappers: readonly ServerWrapper[];
  /** Templated texts of the command apart from its command line. */
  readonly templates: readonly Template[];
}

/** The command as the server sees it, and what it could not read. */
export function readServerCommand(
  value: unknown,
  at: string,
): { readonly command: ServerCommand; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const root = fieldsOf(value, at, issues);
  const environment = root.map("environment-variables");
  const ports = root.map("ports");
  const mounts = root.list("mounts", (mount) => {
    mount.flag("writable");
    return { at: mount.at, name: mount.text("name"), path: mount.text("path") };
  });
  const outputs = root.list("outputs", (output) => ({
    at: output.at,
    name: output.text("name"),
    mount: output.text("mount"),
    path: output.text("path"),
  }));
  for (const key of ["reserve-memory", "limit-memory", "shm-size"]) root.whole(key);
  root.decimal("limit-cpu");
  root.flag("auto-remove");
  const containerName = root.text("container-name");
  const command: ServerCommand = {
    at,
    name: root.text("name"),
    image: root.text("image"),
    type: root.text("type") ?? "docker",
    visibility: root.text("visibility"),
    commandLine: root.text("command-line"),
    overrideEntrypoint: root.flag("override-entrypoint") ?? false,
    containerName,
    ulimits: root.map("ulimits"),
    environment,
    ports,
    secrets: root.list("secrets", readSecret),
    mounts,
    inputs: root.list("inputs", readCommandInput),
    outputs,
    wrappers: root.list("xnat", readWrapper),
    templates: [
      ...templatesOf(environment, pointTo(at, "environment-variables")),
      ...templatesOf(ports, pointTo(at, "ports")),
      ...templatesOf(root.map("container-labels"), pointTo(at, "container-labels")),
      ...templates(root, ["working-directory", "container-name"]),
      ...[...mounts, ...outputs].flatMap((entry) =>
        entry.path === undefined ? [] : [{ at: pointTo(entry.at, "path"), text: entry.path }],
      ),
    ],
  };
  return { command, issues };
}

function readSecret(secret: Fields): { at: string; variable: string | undefined } {
  const source = secret.child("source");
  const destination = secret.child("destination");
  source.only("type", "system-property");
  destination.only("type", "environment-variable");
  return { at: secret.at, variable: destination.text("identifier") };
}

function readInput(input: Fields): ServerInput {
  const name = input.required("name");
  input.flag("required");
  input.flag("sensitive");
  return {
    at: input.at,
    name,
    type: input.text("type") ?? "string",
    matcher: input.text("matcher"),
    defaultValue: input.text("default-value"),
    replacementKey: input.text("replacement-key") || `#${name}#`,
  };
}

function readCommandInput(input: Fields): ServerCommandInput {
  return {
    ...readInput(input),
    flag: input.text("command-line-flag"),
    selectValues: input.texts("select-values"),
    multipleDelimiter: input.text("multiple-delimiter"),
    trueValue: input.text("true-value"),
    falseValue: input.text("false-value"),
  };
}

function readWrapperInput(input: Fields, derived: boolean): ServerWrapperInput {
  input.flag("user-settable");
  input.flag("load-children");
  return {
    ...readInput(input),
    derived,
    providesValueFor: input.text("provides-value-for-command-input"),
    providesFilesFor: input.text("provides-files-for-command-mount"),
    viaSetupCommand: input.text("via-setup-command"),
    parent: derived ? input.text("derived-from-wrapper-input") : undefined,
    property: derived ? input.text("derived-from-xnat-object-property") : undefined,
    multiple: derived && (input.flag("multiple") ?? false),
    parser: derived ? input.text("parser") : undefined,
  };
}

function readWrapper(wrapper: Fields): ServerWrapper {
  return {
    at: wrapper.at,
    name: wrapper.text("name"),
    contexts: wrapper.texts("contexts"),
    external: wrapper.list("external-inputs", (input) => readWrapperInput(input, false)),
    derived: wrapper.list("derived-inputs", (input) => readWrapperInput(input, true)),
    handlers: wrapper.list("output-handlers", (handler) => ({
      at: handler.at,
      name: handler.text("name"),
      output: handler.text("accepts-command-output"),
      // The spelling of early versions is still read.
      parent: handler.text("as-a-child-of") ?? handler.text("as-a-child-of-wrapper-input"),
      type: handler.text("type") ?? "Resource",
      label: handler.text("label"),
      texts: templates(handler, ["label", "format", "description", "content"]),
    })),
  };
}

function templates(fields: Fields, keys: readonly string[]): readonly Template[] {
  return keys.flatMap((key) => {
    const text = fields.text(key);
    return text === undefined ? [] : [{ at: pointTo(fields.at, key), text }];
  });
}

/** Keys and values are both replaced. */
function templatesOf(map: Readonly<Record<string, string>>, at: string): readonly Template[] {
  return Object.entries(map).map(([key, text]) => ({
    at: pointTo(at, key),
    text: `${key} ${text}`,
  }));
}
