import { type Handler, Refusal, type Route, sendJson } from "./exchange.ts";
import type { Site } from "./site.ts";

/** How far an asynchronous request is; `succeeded` is null until it ends. */
interface Event {
  readonly key: string;
  readonly payload: string;
  readonly succeeded: boolean | null;
  readonly finalMessage: string | null;
}

const events = new WeakMap<Site, Map<string, Event>>();

/** Does work in the background and keeps its end under a key. */
export function trackWork(site: Site, key: string, work: () => Promise<string>): void {
  const known = events.get(site) ?? new Map<string, Event>();
  events.set(site, known);
  known.set(key, { key, payload: "{}", succeeded: null, finalMessage: null });
  const end = (succeeded: boolean, finalMessage: string) =>
    known.set(key, { key, payload: "{}", succeeded, finalMessage });
  void work().then(
    (message) => end(true, message),
    (error: unknown) => end(false, error instanceof Error ? error.message : String(error)),
  );
}

const readEvent: Handler = (exchange) => {
  const event = events.get(exchange.site)?.get(exchange.params["key"] ?? "");
  if (event === undefined) throw new Refusal(404, "No event with this key");
  sendJson(exchange, event);
};

/** Progress of imports and archiving that were asked for with http-session-listener. */
export const eventRoutes: readonly Route[] = [
  { method: "GET", pattern: "/xapi/event_tracking/:key", handler: readEvent },
];
