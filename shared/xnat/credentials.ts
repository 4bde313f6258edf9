import { readFileSync } from "node:fs";
import { UsageError } from "#shared/errors.ts";
import { parseSiteAddress, writeSiteAddress } from "./site-address.ts";

/** Where to log in, and as whom. */
export interface Credentials {
  readonly url: string;
  /** Login name, or alias of a token. */
  readonly user: string;
  readonly password: string;
}

/**
 * Credentials for a site: XNAT_HOST, XNAT_USER and XNAT_PASS (XNAT sets them in containers), else those of its host in
 * .netrc.
 *
 * XNAT_USER and XNAT_PASS belong to XNAT_HOST: for another site that was asked for they are not used. The `default` entry
 * of .netrc is not used either: it would give a password to any host.
 *
 * @param asked - site of the command line; "" counts as none
 * @throws UsageError E-NO-SERVER, E-NO-CREDENTIALS
 */
export function findCredentials(
  asked: { readonly url?: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
  netrcPath: string,
): Credentials {
  const own = (environment["XNAT_HOST"] ?? "").trim();
  const site = parseSiteAddress((asked.url ?? "").trim() || own);
  const url = writeSiteAddress(site);
  const host = new URL(url).hostname;
  const user = (environment["XNAT_USER"] ?? "").trim();
  const password = environment["XNAT_PASS"] ?? "";
  const meant = own === "" || parseSiteAddress(own).origin === site.origin;
  const found =
    meant && user !== "" && password !== "" ? { user, password } : findInNetrc(netrcPath, host);
  if (found === undefined) {
    throw new UsageError(
      "E-NO-CREDENTIALS",
      `There is no user and password for ${host}.`,
      `Set XNAT_USER and XNAT_PASS${own === "" || meant ? "" : " (those set belong to XNAT_HOST)"}, or add "machine ${host} login ... password ..." to .netrc.`,
    );
  }
  if (/[:\p{Cc}]/u.test(found.user)) {
    throw new UsageError(
      "E-NO-CREDENTIALS",
      "The user name holds a colon or a control character; no XNAT has such.",
      "Correct XNAT_USER or .netrc.",
    );
  }
  return { url, ...found };
}

function findInNetrc(
  path: string,
  host: string,
): { readonly user: string; readonly password: string } | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const entry = parseNetrc(text).get(host.toLowerCase());
  const { login = "", password = "" } = entry ?? {};
  return login === "" || password === "" ? undefined : { user: login, password };
}

/** Entries of a .netrc by host; the first one of a host counts, as for other programs. */
export function parseNetrc(text: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const entries = new Map<string, Record<string, string>>();
  let entry: Record<string, string> | undefined;
  // A macro's lines run to the next empty line.
  const plain = text.replace(/^\s*macdef\b.*\n(?:.*\S.*(?:\n|$))*/gm, "");
  const words = plain
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .flatMap((line) => [...line.matchAll(/"((?:\\.|[^"\\])*)"|\S+/g)])
    .map(([word, quoted]) => (quoted === undefined ? word : quoted.replace(/\\(.)/g, "$1")));
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === "default") entry = {};
    else if (word === "machine") {
      const name = (words[++index] ?? "").toLowerCase();
      entry = {};
      if (!entries.has(name)) entries.set(name, entry);
    } else if (word === "login" || word === "password" || word === "account") {
      const value = words[++index];
      if (entry !== undefined && value !== undefined) entry[word] ??= value;
    }
  }
  return entries;
}
