import { readJson } from "#command-json/read-json.ts";
import type { CommandJson, WrapperJson } from "#command-json/schema.ts";
import { readServerCommand } from "#command-json/server-command.ts";
import { checkServerRules } from "#command-json/server-rules.ts";
import { Refusal } from "../exchange.ts";
import type { Site, StoredCommand } from "../site.ts";

/** A wrapper with the command it belongs to. */
export interface FoundWrapper {
  readonly id: number;
  readonly wrapper: WrapperJson;
  readonly stored: StoredCommand;
}

export function findWrapper(site: Site, id: number): FoundWrapper | undefined {
  for (const stored of site.commands.values()) {
    const wrapper = stored.command.xnat?.[stored.wrapperIds.indexOf(id)];
    if (wrapper !== undefined) return { id, wrapper, stored };
  }
  return undefined;
}

export function findWrapperByName(
  site: Site,
  command: number,
  name: string,
): FoundWrapper | undefined {
  const stored = site.commands.get(command);
  const at = stored?.command.xnat?.findIndex((wrapper) => wrapper.name === name) ?? -1;
  return at < 0 ? undefined : findWrapper(site, stored?.wrapperIds[at] ?? -1);
}

/** All wrappers of the site in the order they were added. */
export function listWrappers(site: Site): readonly FoundWrapper[] {
  return [...site.commands.values()].flatMap((stored) =>
    stored.wrapperIds.flatMap((id) => findWrapper(site, id) ?? []),
  );
}

/**
 * Adds a command as `POST /xapi/commands` does.
 *
 * @param image - replaces the command's image, as for commands from an image label
 * @throws Refusal with the server's complaints
 */
export function createCommand(site: Site, text: string, image?: string): StoredCommand {
  const raw = readCommand(text);
  const named = image === undefined ? raw : { ...raw, image };
  const command = judge(withTag(named));
  const same = [...site.commands.values()].some(
    ({ command: other }) =>
      other.name === command.name &&
      other.image === command.image &&
      other.version === command.version,
  );
  if (same) {
    throw new Refusal(
      400,
      "Bad request:\nThis command duplicates a command already in the database.",
    );
  }
  const stored: StoredCommand = {
    id: site.nextId("command"),
    command,
    wrapperIds: (command.xnat ?? []).map(() => site.nextId("wrapper")),
  };
  site.commands.set(stored.id, stored);
  return stored;
}

/**
 * Replaces a command; its wrappers keep their ids by name.
 *
 * @throws Refusal with the server's complaints; unlike on create, the image must have a tag
 */
export function updateCommand(site: Site, stored: StoredCommand, text: string): void {
  const command = judge(readCommand(text), true);
  const ids = new Map(
    (stored.command.xnat ?? []).map(({ name }, at) => [name, stored.wrapperIds[at] ?? 0]),
  );
  const kept = (command.xnat ?? []).map(({ name }) => ids.get(name) ?? site.nextId("wrapper"));
  stored.wrapperIds.splice(0, stored.wrapperIds.length, ...kept);
  stored.command = command;
}

export function deleteWrapper(site: Site, { id, stored }: FoundWrapper): void {
  const at = stored.wrapperIds.indexOf(id);
  stored.wrapperIds.splice(at, 1);
  stored.command = { ...stored.command, xnat: stored.command.xnat?.toSpliced(at, 1) ?? [] };
  forgetWrapper(site, id);
}

export function deleteCommand(site: Site, stored: StoredCommand): void {
  for (const id of stored.wrapperIds) forgetWrapper(site, id);
  site.commands.delete(stored.id);
}

function forgetWrapper(site: Site, id: number): void {
  site.siteWrappers.delete(id);
  for (const project of site.projects.values()) project.enabledWrappers.delete(id);
}

type Raw = Readonly<Record<string, unknown>>;

function readCommand(text: string): Raw {
  let value: unknown;
  try {
    ({ value } = readJson(text));
  } catch (error) {
    throw new Refusal(400, `Could not read message: ${String(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refusal(400, "Could not read message: no JSON object");
  }
  return value as Raw;
}

/** On create the server writes :latest where there is no tag; a port is no tag, but a digest is. */
function withTag(raw: Raw): Raw {
  const image = raw["image"];
  if (typeof image !== "string" || image.trim() === "" || /[:@][^/]*$/.test(image)) return raw;
  return { ...raw, image: `${image}:latest` };
}

function judge(raw: Raw, isUpdate = false): CommandJson {
  const { command, issues } = readServerCommand(raw, "");
  const [unreadable] = issues;
  if (unreadable !== undefined)
    throw new Refusal(400, `Could not read message: ${unreadable.message}`);
  const found = checkServerRules(command, "command");
  const crash = found.find(({ id }) => id.startsWith("C"));
  if (crash !== undefined) throw new Refusal(500, "java.lang.NullPointerException");
  const errors = found.filter(
    ({ id, severity }) => severity === "error" || (isUpdate && id === "E03"),
  );
  if (errors.length > 0) {
    throw new Refusal(
      400,
      `Invalid command:${errors.map(({ message }) => `\n\t${message}`).join("")}`,
    );
  }
  return plainCommand(raw);
}

const textKeys = new Set(["default-value", "true-value", "false-value"]);

/** Numbers and booleans of text fields become text, "true" of flags a boolean; what nobody reads stays. */
function plainCommand(raw: Raw): CommandJson {
  const { id: _, ...rest } = raw;
  const text = JSON.stringify(rest, (key, value: unknown) => {
    if (textKeys.has(key) && typeof value !== "string" && value !== null) return String(value);
    if (value === null) return undefined;
    const isFlag = ["required", "writable", "multiple", "user-settable"].includes(key);
    return isFlag && typeof value === "string" ? value === "true" : value;
  });
  return { type: "docker", ...(JSON.parse(text) as CommandJson) };
}

/** A command as the API shows it: with its id and the ids of its wrappers. */
export function showCommand({ id, command, wrapperIds }: StoredCommand): object {
  return {
    id,
    visibility: "public",
    ...command,
    xnat: (command.xnat ?? []).map((wrapper, at) => ({ id: wrapperIds[at], ...wrapper })),
  };
}
