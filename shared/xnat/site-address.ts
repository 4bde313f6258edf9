import { UsageError } from "#shared/errors.ts";

/** Where a site is. */
export interface SiteAddress {
  /** "https://xnat.example.org:8443" */
  readonly origin: string;
  /** Context path without a slash at the end: "" or "/xnat". */
  readonly prefix: string;
}

/**
 * Address of a site as people write it: without "https://", with a slash at the end, or copied from a browser.
 *
 * @throws UsageError E-NO-SERVER
 */
export function parseSiteAddress(text: string): SiteAddress {
  const trimmed = text.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
  // "http:/host" would be a host called "http".
  const halfScheme = /^[a-z]+:\/?(?!\/|\d)/i.test(trimmed) && !trimmed.includes("@");
  if (
    url === null ||
    halfScheme ||
    !/^https?:$/.test(url.protocol) ||
    url.hostname === "" ||
    trimmed === ""
  ) {
    throw new UsageError(
      "E-NO-SERVER",
      trimmed === ""
        ? "No address of an XNAT is given."
        : "The address of the XNAT cannot be read.",
      "Write it as in a browser: https://xnat.example.org",
    );
  }
  return { origin: url.origin, prefix: prefixOf(url.pathname) };
}

/** Path of the site from one of its pages or services. */
const prefixOf = (path: string): string =>
  path.replace(/\/(app|data|xapi|REST)(\/.*)?$/, "").replace(/\/+$/, "");

/** "https://xnat.example.org/xnat" */
export const writeSiteAddress = ({ origin, prefix }: SiteAddress): string => origin + prefix;

/**
 * Where a redirect at login leads (A9): the same host, by https instead of http or below another path.
 *
 * @returns undefined when it leads anywhere else: another host or port, from https to http. Nothing is sent there.
 */
export function followAtLogin(
  site: SiteAddress,
  location: string | undefined,
): SiteAddress | undefined {
  const base = `${site.origin}${site.prefix}/data/JSESSION`;
  const to = URL.parse(location ?? "", base);
  const from = new URL(base);
  if (to === null || location === undefined || to.hostname !== from.hostname) return undefined;
  const secured = from.protocol === "http:" && to.protocol === "https:";
  if (!secured && (to.protocol !== from.protocol || to.port !== from.port)) return undefined;
  return { origin: to.origin, prefix: prefixOf(to.pathname) };
}
