import { readFileSync } from "node:fs";
import { loginPage } from "./error-page.ts";
import { Refusal, type Route, send, sendJson } from "./exchange.ts";
import { resultSet } from "./result-set.ts";
import { requireAdministrator } from "./rights.ts";
import type { Site } from "./site.ts";

/** Element names that have columns and a place in searches. */
const elements = [
  "xnat:projectData",
  "xnat:subjectData",
  "xnat:mrSessionData",
  "xnat:petSessionData",
  "xnat:ctSessionData",
  "xnat:usSessionData",
  "icr:roiCollectionData",
];

const schemaNames = ["xdat", "xnat"];

function pluginsOf({ options }: Site): Record<string, object> {
  const plugin = (id: string, name: string, version: string) => ({ [id]: { id, name, version } });
  return {
    ...(options.containerService === "off"
      ? {}
      : plugin("containers", "Container Service Plugin", options.containerService)),
    ...(options.roiPlugin ? plugin("rois", "ROI Plugin", "0.6.0") : {}),
  };
}

/** All values are text, as a real server answers. */
const buildInfo = ({ options }: Site): Record<string, string> => ({
  version: options.version,
  buildNumber: "1",
  buildDate: "Sun Nov 22 10:00:00 UTC 2026",
  sha: "0000000000",
  isDirty: "false",
  commit: "0",
  tag: options.version,
  shaFull: "0000000000000000000000000000000000000000",
  branch: "simulated",
  timestamp: "1795341600000",
});

const preferences = (site: Site): Record<string, unknown> => ({
  siteId: "simulated-xnat",
  siteUrl: site.url,
  processingUrl: site.processingUrl,
  requireLogin: true,
  sessionTimeout: `${site.options.sessionMinutes} minutes`,
});

/** What a client asks a site before it asks about projects. */
export const siteRoutes: readonly Route[] = [
  {
    method: "GET",
    pattern: "/",
    guest: true,
    handler: (exchange) => send(exchange, 200, "text/html;charset=UTF-8", loginPage),
  },
  {
    method: "GET",
    pattern: "/xapi/siteConfig/buildInfo",
    guest: true,
    handler: (exchange) => sendJson(exchange, buildInfo(exchange.site)),
  },
  {
    method: "GET",
    pattern: "/xapi/siteConfig",
    handler: (exchange) => {
      requireAdministrator(exchange);
      sendJson(exchange, preferences(exchange.site));
    },
  },
  {
    method: "GET",
    pattern: "/xapi/siteConfig/:name",
    handler: (exchange) => {
      const value = preferences(exchange.site)[exchange.params["name"] ?? ""];
      if (value === undefined) throw new Refusal(404, "No such preference.");
      sendJson(exchange, value);
    },
  },
  {
    method: "GET",
    pattern: "/xapi/plugins",
    handler: (exchange) => sendJson(exchange, pluginsOf(exchange.site)),
  },
  {
    method: "GET",
    pattern: "/xapi/plugins/:id",
    handler: (exchange) => {
      const plugin = pluginsOf(exchange.site)[exchange.params["id"] ?? ""];
      if (plugin === undefined) throw new Refusal(404, "No such plugin.");
      sendJson(exchange, plugin);
    },
  },
  {
    method: "GET",
    pattern: "/xapi/schemas",
    handler: (exchange) => sendJson(exchange, schemaNames),
  },
  {
    method: "GET",
    pattern: "/xapi/schemas/:name",
    handler: (exchange) => {
      const name = exchange.params["name"] ?? "";
      if (!schemaNames.includes(name)) throw new Refusal(404, "No such schema.");
      const file = new URL(`schemas/${name}.xsd`, import.meta.url);
      send(exchange, 200, "application/xml", readFileSync(file));
    },
  },
  {
    method: "GET",
    pattern: "/data/search/elements",
    handler: (exchange) =>
      resultSet(exchange, {
        keys: ["ELEMENT_NAME", "SINGULAR", "PLURAL", "SECURED"],
        rows: elements.map((name) => [name, name, `${name}s`, "true"]),
      }),
  },
  {
    method: "GET",
    pattern: "/data/search/elements/:type",
    handler: (exchange) => {
      if (!elements.includes(exchange.params["type"] ?? "")) {
        throw new Refusal(404, "No such element.");
      }
      return resultSet(exchange, { keys: ["FIELD_ID", "HEADER", "SUMMARY", "TYPE"], rows: [] });
    },
  },
];
