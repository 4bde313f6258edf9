import { type Issue, pointTo } from "./issue.ts";
import type { ServerCommand } from "./server-command.ts";
import { foreignCharacter, isBlank, serverError } from "./server-error.ts";
import { checkInputs } from "./server-input-rules.ts";
import { checkWrapper } from "./server-wrapper-rules.ts";
import { commandTypes, visibilities } from "./vocabulary.ts";

/**
 * What the Container Service 3.7.3 says when the command is created: rules E01 to E49 and the crashes
 * C01 to C03, with its messages. Source: its class Command, measured (golden cases of the tests).
 *
 * @param form - commands of an image label have no image of their own: the server fills it in
 */
export function checkServerRules(
  command: ServerCommand,
  form: "command" | "label",
): readonly Issue[] {
  return [...crashes(command), ...rules(command, form)];
}

function* crashes(command: ServerCommand): Generator<Issue> {
  if (command.type !== "docker") return;
  for (const input of command.inputs) {
    if (input.type === "select-many" && input.defaultValue === undefined) {
      yield crash(
        "C01",
        input.at,
        "a select-many input without default-value",
        'Give it a default-value, such as "[]".',
      );
    }
  }
  for (const output of command.outputs) {
    if (output.name === undefined)
      yield crash("C02", output.at, "an output without name", "Name it.");
  }
  for (const handler of command.wrappers.flatMap((wrapper) => wrapper.handlers)) {
    if (handler.name === undefined) {
      yield crash("C03", handler.at, "an output handler without name", "Name it.");
    }
  }
}

function crash(id: string, pointer: string, what: string, proposal: string): Issue {
  const message = `The server's validator crashes on ${what}.`;
  return { id, severity: "error", pointer, message, proposal };
}

function* rules(command: ServerCommand, form: "command" | "label"): Generator<Issue> {
  const { at } = command;
  if (isBlank(command.name))
    yield serverError("E01", pointTo(at, "name"), "Command name cannot be blank.");
  const prefix = `Command "${command.name ?? null}" - `;
  yield* imageRules(command, prefix, form);
  if (command.type === "docker") {
    yield* settingRules(command, prefix);
    yield* mountRules(command, prefix);
    yield* checkInputs(command, prefix);
    yield* outputRules(command, prefix);
    yield* wrapperRules(command, prefix);
  } else if (command.type === "docker-setup") yield* emptyRules(command, prefix, "Setup");
  else if (command.type === "docker-wrapup") yield* emptyRules(command, prefix, "Wrapup");
  else {
    yield serverError(
      "E04",
      pointTo(at, "type"),
      `${prefix}Cannot validate command of type "${command.type}". Known types: ${commandTypes.join(", ")}`,
    );
  }
  const visibility = command.visibility;
  if (visibility !== undefined && !(visibilities as readonly string[]).includes(visibility)) {
    yield serverError(
      "E49",
      pointTo(at, "visibility"),
      `${prefix} has visibility set to an unknown value. Known types: ${visibilities.join(", ")}`,
    );
  }
}

function* imageRules(
  { at, image }: ServerCommand,
  prefix: string,
  form: "command" | "label",
): Generator<Issue> {
  if (isBlank(image)) {
    if (form === "command") {
      yield serverError("E02", pointTo(at, "image"), `${prefix}image name cannot be blank.`);
    }
  } else if (!/[:@][^/]*$/.test(image ?? "")) {
    yield {
      id: "E03",
      // On create the server adds :latest; only an update is refused.
      severity: "warning",
      pointer: pointTo(at, "image"),
      message: `${prefix}image name must include version tag. e.g. image_name:tag`,
      proposal: "Write the tag, so that the command names one image.",
    };
  }
}

const reservedVariables = ["XNAT_USER", "XNAT_PASS", "XNAT_HOST"];

function* settingRules(command: ServerCommand, prefix: string): Generator<Issue> {
  for (const [name, limit] of Object.entries(command.ulimits)) {
    if (limit === "" || limit.replace(/:+$/, "").split(":").length > 2) {
      yield serverError(
        "E05",
        pointTo(pointTo(command.at, "ulimits"), name),
        `${prefix} incorrect ulimit format: ${limit}. Should be "name" : "softlimit:hardlimit" or "name" : "limit"`,
      );
    }
  }
  const seen = new Set<string>();
  for (const { at, variable } of command.secrets) {
    if (variable === undefined || seen.has(variable)) continue;
    seen.add(variable);
    if (reservedVariables.includes(variable)) {
      yield serverError(
        "E06",
        at,
        `${prefix} Secrets use reserved environment variable name "${variable}"`,
      );
    }
    if (Object.hasOwn(command.environment, variable)) {
      yield serverError(
        "E07",
        at,
        `${prefix} Secrets and environment variables both request name "${variable}"`,
      );
    }
  }
}

function* mountRules(command: ServerCommand, prefix: string): Generator<Issue> {
  const names = new Set<string | undefined>();
  for (const { at, name, path } of command.mounts) {
    if (names.has(name)) {
      yield serverError("E08", at, `${prefix}mount name "${name ?? null}" is not unique.`);
    }
    names.add(name);
    if (isBlank(name)) yield serverError("E09", at, `${prefix}Mount name cannot be blank.`);
    if (isBlank(path)) {
      yield serverError("E10", at, `${prefix}Mount "${name ?? null}" path cannot be blank.`);
    }
  }
}

function* outputRules(command: ServerCommand, prefix: string): Generator<Issue> {
  const mounts = new Set(command.mounts.map((mount) => mount.name));
  const names = new Set<string>();
  for (const output of command.outputs) {
    const { at, mount } = output;
    const name = output.name ?? "null";
    if (names.has(name))
      yield serverError("E19", at, `${prefix}output name "${name}" is not unique.`);
    names.add(name);
    if (!mounts.has(mount)) {
      yield serverError(
        "E20",
        pointTo(at, "mount"),
        `${prefix}output "${name}" references unknown mount "${mount ?? null}". Known mounts: ${[...mounts].join(", ")}`,
      );
    }
    if (isBlank(output.name)) yield serverError("E21", at, `${prefix}Output name cannot be blank.`);
    if (foreignCharacter.test(name)) {
      yield serverError(
        "E21",
        at,
        `${prefix}Command output "${name}" name should contain only alphanumeric, _ and - characters.`,
      );
    }
    if (isBlank(mount)) {
      yield serverError(
        "E22",
        pointTo(at, "mount"),
        `${prefix}Output "${name}" - mount cannot be blank.`,
      );
    }
  }
}

function* wrapperRules(command: ServerCommand, prefix: string): Generator<Issue> {
  const names = new Set<string | undefined>();
  for (const wrapper of command.wrappers) {
    if (names.has(wrapper.name)) {
      yield serverError(
        "E23",
        wrapper.at,
        `${prefix}wrapper name "${wrapper.name ?? null}" is not unique.`,
      );
    }
    names.add(wrapper.name);
    yield* checkWrapper(command, wrapper, `${prefix}wrapper "${wrapper.name ?? null}" - `);
    if (isBlank(wrapper.name)) {
      yield serverError("E47", wrapper.at, `${prefix}Command wrapper name cannot be blank.`);
    }
  }
}

function* emptyRules(command: ServerCommand, prefix: string, kind: string): Generator<Issue> {
  const declared: readonly (readonly [string, string, number])[] = [
    ["mounts", "mounts", command.mounts.length],
    ["inputs", "inputs", command.inputs.length],
    ["outputs", "outputs", command.outputs.length],
    ["xnat", "wrappers", command.wrappers.length],
    ["environment-variables", "environment variables", Object.keys(command.environment).length],
    ["ports", "ports", Object.keys(command.ports).length],
    ["secrets", "secrets", command.secrets.length],
  ];
  for (const [key, noun, count] of declared) {
    if (count > 0) {
      yield serverError(
        "E48",
        pointTo(command.at, key),
        `${prefix} ${kind} commands cannot declare any ${noun}.`,
      );
    }
  }
}
