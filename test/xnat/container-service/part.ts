import type { Route } from "../exchange.ts";
import type { Site } from "../site.ts";
import { commandRoutes } from "./routes-commands.ts";
import { containerRoutes } from "./routes-containers.ts";
import { dockerRoutes } from "./routes-docker.ts";
import { enablingRoutes } from "./routes-enabling.ts";
import { launchRoutes } from "./routes-launch.ts";
import { workflowRoutes } from "./routes-workflows.ts";
import { type ContainerOptions, closeService, openService } from "./service.ts";

/** Routes of the Container Service, and what runs beside them. */
export const containerServicePart = {
  routes: [
    ...commandRoutes,
    ...enablingRoutes,
    ...launchRoutes,
    ...containerRoutes,
    ...workflowRoutes,
    ...dockerRoutes,
  ] satisfies readonly Route[],
  start: (site: Site, { containers }: { readonly containers?: ContainerOptions }): void =>
    openService(site, containers),
  stop: closeService,
};
