import { homedir } from "node:os";
import { join } from "node:path";
import { programVersion } from "#shared/program/version.ts";
import type { XnatConnection } from "#shared/xnat/connection.ts";
import { findCredentials } from "#shared/xnat/credentials.ts";
import { openConnection } from "#shared/xnat/open-connection.ts";

/** Requests at a time: the transfers of a few scans and their small questions. */
const requestsAtOnce = 6;

/**
 * Logs in to the XNAT that was asked for, with the user and password XNAT gave to the container, or those of .netrc.
 *
 * @throws UsageError E-NO-SERVER, E-NO-CREDENTIALS; XnatError
 */
export async function connect(
  server: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<XnatConnection> {
  // Without a home, as in containers, homedir() may throw or be "/".
  const home = environment["HOME"] || (environment["XNAT_HOST"] ? "/" : homedir());
  const credentials = findCredentials({ url: server }, environment, join(home, ".netrc"));
  return openConnection({
    ...credentials,
    connections: requestsAtOnce,
    userAgent: `project-runner/${programVersion()}`,
  });
}
