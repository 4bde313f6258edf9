import { buildReport, pluginReports } from "./build-info.schema.ts";
import type { Call, XnatConnection } from "./connection.ts";

export interface BuildInfo {
  /** "1.8.11", "1.9.3.7-SNAPSHOT". */
  readonly version: string;
}

/** Which XNAT this is. */
export async function readBuildInfo(connection: XnatConnection): Promise<BuildInfo> {
  const call: Call = { method: "GET", path: ["xapi", "siteConfig", "buildInfo"] };
  const { version } = await connection.json(call, buildReport);
  return { version };
}

/** Versions of the plugins the server has, by their ids: "containers", "ohifViewerPlugin". "" where it does not say. */
export async function readPlugins(
  connection: XnatConnection,
): Promise<ReadonlyMap<string, string>> {
  const call: Call = { method: "GET", path: ["xapi", "plugins"] };
  const plugins = await connection.json(call, pluginReports);
  return new Map(
    Object.entries(plugins).map(([key, plugin]) => [plugin.id || key, plugin.version ?? ""]),
  );
}
