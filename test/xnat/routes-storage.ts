import type { Route } from "./exchange.ts";
import { fileRoutes } from "./routes-files.ts";
import { resourceRoutes } from "./routes-resources.ts";

/** Everything about resources, files and what comes into the archive. */
export const storageRoutes: readonly Route[] = [...resourceRoutes, ...fileRoutes];
