import type { CommandDefinition } from "./define-command.ts";
import { findIllegalString } from "./illegal-strings.ts";
import type { MountSource } from "./mounts.ts";
import type { Option } from "./option.ts";
import {
  environmentNames,
  mountInputName,
  scanMenuName,
  wrapperInputNames,
} from "./reserved-names.ts";
import { xnatInputsOf } from "./xnat-inputs.ts";

/** RFC 1123 label: what Kubernetes accepts as a job or volume name (W08). */
const rfc1123 = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const optionName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** @throws Error with every fault of the declaration */
export function requireSoundCommand(command: CommandDefinition): void {
  const faults = [
    ...nameFaults(command),
    ...Object.entries(command.options).flatMap(([name, option]) => [...optionFaults(name, option)]),
    ...inputNameFaults(command),
    ...mountFaults(command),
    ...menuFaults(command),
    ...placeFaults(command),
  ];
  if (faults.length > 0) {
    throw new Error(`command ${command.name} is not sound:\n  ${faults.join("\n  ")}`);
  }
}

function* nameFaults(command: CommandDefinition): Generator<string> {
  const { variantOf } = command;
  if (variantOf !== undefined && !command.name.startsWith(`${variantOf}-`)) {
    yield `the name of a variant of ${variantOf} begins with ${variantOf}-`;
  }
  if (!rfc1123.test(command.name)) yield `name ${command.name} is not RFC 1123 lower case`;
  for (const name of command.positionals ?? []) {
    if (!(name in command.options)) yield `the positional ${name} is no option`;
  }
  if (command.label.trim() === "") yield "the label is blank";
  if (command.description.trim() === "") yield "the description is blank";
  for (const name of Object.keys(command.environment ?? {})) {
    if (environmentNames.has(name)) yield `environment variable ${name} is set by us or by XNAT`;
  }
}

function* optionFaults(name: string, option: Option): Generator<string> {
  const at = `option ${name}`;
  if (!optionName.test(name)) yield `${at}: the name must be lower case words joined by dashes`;
  if (name === "help" || name === "version") yield `${at}: every program has this option already`;
  if (option.description.trim() === "") yield `${at}: the description is blank`;
  if (option.kind === "choice" && option.choices.length === 0) yield `${at}: no choices`;
  // XNAT splits the command line at blanks and quotes, and writes the words of a choice unquoted.
  for (const { value } of option.choices) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_.+-]*$/.test(value)) yield `${at}: "${value}" is not a plain word`;
  }
  const illegal = findIllegalString(option.defaultText);
  if (illegal !== undefined) yield `${at}: XNAT refuses "${illegal}" in the default`;
  const parsed = option.schema.safeParse(option.repeatable ? [] : undefined);
  if (!parsed.success) {
    yield `${at}: the default ${parsed.error.issues.map((issue) => issue.message).join(", ")}`;
  }
}

/** Launch values of options and of wrapper inputs share one flat list in XNAT. */
function* inputNameFaults(command: CommandDefinition): Generator<string> {
  const ofMounts = Object.entries(command.inputs).flatMap(([mount, { scanMenu }]) => [
    mountInputName(mount),
    ...(scanMenu === undefined ? [] : [scanMenuName(mount)]),
  ]);
  const taken = new Set([...wrapperInputNames, ...ofMounts]);
  for (const [name, option] of Object.entries(command.options)) {
    for (const { input } of xnatInputsOf(name, option)) {
      if (taken.has(input.name)) yield `option ${name}: XNAT's input ${input.name} exists already`;
      taken.add(input.name);
    }
  }
}

function* mountFaults(command: CommandDefinition): Generator<string> {
  const paths = [
    ...Object.entries(command.inputs).map(
      ([name, mount]) => [`input ${name}`, mount.path] as const,
    ),
    ...Object.entries(command.outputs).map(([name, out]) => [`output ${name}`, out.path] as const),
  ];
  for (const [at, path] of paths) {
    if (!/^(\/[A-Za-z0-9_-]+)+$/.test(path)) yield `${at}: ${path} is not a plain absolute path`;
    for (const [other, second] of paths) {
      if (at !== other && `${path}/`.startsWith(`${second}/`)) yield `${at} lies in ${other}`;
    }
  }
  for (const name of [...Object.keys(command.inputs), ...Object.keys(command.outputs)]) {
    if (!rfc1123.test(name)) yield `mount or output name ${name} is not RFC 1123 lower case`;
  }
  const roots = new Set(Object.values(command.outputs).map((output) => parentOf(output.path)));
  if (roots.size > 1 || roots.has("")) {
    yield "every output must lie directly in one common folder, such as /output/maps";
  }
  for (const source of ["session", "assessor", "page"] as const) {
    if (mountsOf(command, source) > 1) yield `two mounts of the ${source}: it can be mounted once`;
  }
  for (const [name, { label }] of Object.entries(command.outputs)) {
    for (const key of label.match(/#[^#]*#/g) ?? []) {
      const known = key === "#assessor-id#" && mountsOf(command, "assessor") > 0;
      if (!known) yield `output ${name}: ${key} in its label is no id that every page knows`;
    }
  }
}

function* menuFaults(command: CommandDefinition): Generator<string> {
  for (const [name, { of, scanMenu }] of Object.entries(command.inputs)) {
    if (scanMenu === undefined) continue;
    const at = `input ${name}`;
    if (of !== "session") yield `${at}: a menu of scans takes the place of the session alone`;
    if (scanMenu.resources.length === 0) yield `${at}: its menu of scans names no resource`;
    if (scanMenu.on.length === 0) yield `${at}: its menu of scans is on no page`;
    for (const page of scanMenu.on) {
      if (command.offeredOn.some(({ level }) => level === page)) continue;
      yield `${at}: its menu of scans is on the page of a ${page}, where nothing is offered`;
    }
  }
}

function mountsOf(command: CommandDefinition, source: MountSource): number {
  return Object.values(command.inputs).filter(({ of }) => of === source).length;
}

function* placeFaults(command: CommandDefinition): Generator<string> {
  const levels = command.offeredOn.map((place) => place.level);
  if (new Set(levels).size < levels.length) yield "two places of one level";
  // The environment variables are shared by all wrappers, and a project has no scan to name in them.
  const others = Object.values(command.inputs).filter(({ of }) => of !== "page").length;
  const ofPage = mountsOf(command, "page") > 0;
  if (levels.includes("project") && levels.length > 1 && !ofPage) {
    yield "a project program has no other place";
  }
  if (levels.includes("project") && others > 0) yield "a project program mounts no scan";
  if (ofPage && others > 0)
    yield "a program that mounts a resource of the page mounts nothing else";
  if (ofPage && levels.some((level) => level !== "project" && level !== "session")) {
    yield "a resource of the page itself is mounted on projects and sessions only";
  }
  if (levels.includes("assessor") && mountsOf(command, "assessor") === 0) {
    yield "a program offered on ROI collections mounts none";
  }
  if (levels.length > 0 && Object.keys(command.outputs).length === 0) yield "no outputs";
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
