import { containerServicePart } from "./container-service/part.ts";
import type { Route } from "./exchange.ts";
import { authRoutes } from "./routes-auth.ts";
import { siteRoutes } from "./routes-site.ts";
import { tokenRoutes } from "./routes-tokens.ts";
import type { Site } from "./site.ts";
import type { StartOptions } from "./start-xnat.ts";

/** A group of routes with what must run beside them (queues, containers). */
export interface Part {
  readonly routes: readonly Route[];
  /** Called once the site listens. */
  start?(site: Site, options: StartOptions): void | Promise<void>;
  stop?(site: Site): void | Promise<void>;
}

/** Everything the simulated XNAT answers. Literal segments win over parameters, whatever the order. */
export const parts: readonly Part[] = [
  { routes: authRoutes },
  { routes: tokenRoutes },
  { routes: siteRoutes },
  containerServicePart,
];
