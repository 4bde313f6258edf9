import { containerServicePart } from "./container-service/part.ts";
import type { Route } from "./exchange.ts";
import { pageRoutes } from "./pages/part.ts";
import { authRoutes } from "./routes-auth.ts";
import { customFieldRoutes } from "./routes-custom-fields.ts";
import { itemRoutes } from "./routes-items.ts";
import { listRoutes } from "./routes-lists.ts";
import { projectRoutes } from "./routes-projects.ts";
import { scanRoutes } from "./routes-scans.ts";
import { siteRoutes } from "./routes-site.ts";
import { storageRoutes } from "./routes-storage.ts";
import { subjectRoutes } from "./routes-subjects.ts";
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
  { routes: storageRoutes },
  containerServicePart,
  { routes: listRoutes },
  { routes: itemRoutes },
  { routes: projectRoutes },
  { routes: subjectRoutes },
  { routes: scanRoutes },
  { routes: customFieldRoutes },
  // The last route of a pattern counts: "/" is a page here.
  { routes: pageRoutes },
];
