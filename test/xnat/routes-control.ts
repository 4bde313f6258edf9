import { type Route, sendJson } from "./exchange.ts";
import type { Fault, FaultPlan } from "./faults.ts";
import { readBody } from "./parse-request.ts";
import type { RequestLogEntry } from "./serve.ts";
import type { Site } from "./site.ts";

/** What a test in another process may do to the site. Open to anyone: only started when asked for. */
export function controlRoutes(
  site: Site,
  faults: FaultPlan,
  log: readonly RequestLogEntry[],
): readonly Route[] {
  return [
    {
      method: "POST",
      pattern: "/_sim/clock",
      guest: true,
      handler: (exchange) => {
        site.clock.advance(Number(exchange.query("ms") ?? 0));
        sendJson(exchange, { now: site.clock.now() });
      },
    },
    {
      method: "POST",
      pattern: "/_sim/faults",
      guest: true,
      handler: async (exchange) => {
        const fault = JSON.parse((await readBody(exchange.request)).toString("utf8")) as Fault;
        faults.add(fault);
        sendJson(exchange, { added: fault.action.name });
      },
    },
    {
      method: "DELETE",
      pattern: "/_sim/faults",
      guest: true,
      handler: (exchange) => {
        faults.clear();
        sendJson(exchange, {});
      },
    },
    {
      method: "GET",
      pattern: "/_sim/log",
      guest: true,
      handler: (exchange) => sendJson(exchange, log),
    },
  ];
}
