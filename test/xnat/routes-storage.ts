import { eventRoutes } from "./event-tracking.ts";
import type { Route } from "./exchange.ts";
import { dicomdumpRoutes } from "./routes-dicomdump.ts";
import { fileRoutes } from "./routes-files.ts";
import { importRoutes } from "./routes-import.ts";
import { prearchiveRoutes } from "./routes-prearchive.ts";
import { resourceRoutes } from "./routes-resources.ts";
import { roiRoutes } from "./routes-roi.ts";
import { userCacheRoutes } from "./routes-user-cache.ts";

/** Everything about resources, files and what comes into the archive. */
export const storageRoutes: readonly Route[] = [
  ...resourceRoutes,
  ...fileRoutes,
  ...dicomdumpRoutes,
  ...userCacheRoutes,
  ...roiRoutes,
  ...importRoutes,
  ...prearchiveRoutes,
  ...eventRoutes,
];
