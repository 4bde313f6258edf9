import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerOptions } from "./container-service/service.ts";
import { createSite } from "./create-site.ts";
import { type Fault, type FaultPlan, openFaultPlan } from "./faults.ts";
import { openRouter } from "./router.ts";
import { parts } from "./routes.ts";
import { controlRoutes } from "./routes-control.ts";
import { type RequestLogEntry, serve } from "./serve.ts";
import type { Clock, Site, SiteOptions } from "./site.ts";

/** How a simulated XNAT is started; everything may be left out. */
export interface StartOptions extends Partial<SiteOptions> {
  /** Folder for archive/, prearchive/, cache/ and build/; a temporary one that `stop` removes unless given. */
  readonly root?: string;
  readonly port?: number;
  /** Address to listen on: 127.0.0.1, or 0.0.0.0 where containers must reach it. */
  readonly host?: string;
  readonly faults?: readonly Fault[];
  /** Opens /_sim/ (clock, faults, log) to anyone: for clients in other processes. */
  readonly control?: boolean;
  readonly clock?: Clock;
  /** Where the Container Service runs containers; without it launches fail. */
  readonly containers?: ContainerOptions;
}

/** A running one. */
export interface SimulatedXnat {
  readonly site: Site;
  /** With the context path, without a slash at the end. */
  readonly url: string;
  readonly log: RequestLogEntry[];
  addFault(fault: Fault): void;
  clearFaults(): void;
  stop(): Promise<void>;
  /** As a restart of the server: connections break, sessions are gone, tokens and data stay; same port. */
  restart(pauseMs?: number): Promise<void>;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Starts a simulated XNAT in this process. Tests `stop` it. */
export async function startXnat(options: StartOptions = {}): Promise<SimulatedXnat> {
  const root = options.root ?? mkdtempSync(join(tmpdir(), "simulated-xnat-"));
  const host = options.host ?? "127.0.0.1";
  const site = createSite(root, siteOptionsOf(options), options.clock);
  const log: RequestLogEntry[] = [];
  const faults: FaultPlan = openFaultPlan(() => site.random(), options.faults);
  const routes = [
    ...parts.flatMap((part) => part.routes),
    ...(options.control === true ? controlRoutes(site, faults, log) : []),
  ];
  const service = { site, router: openRouter(routes), faults, log };
  const server = createServer(
    { maxHeaderSize: 65_536, keepAliveTimeout: 60_000, requestTimeout: 0 },
    (request, response) => {
      void serve(service, request, response);
    },
  );
  await listen(server, options.port ?? 0, host);
  const { port } = server.address() as AddressInfo;
  const seen = host === "0.0.0.0" ? "127.0.0.1" : host;
  site.url = `http://${seen}:${port}${site.options.contextPath}`;
  site.processingUrl = site.url;
  for (const part of parts) await part.start?.(site, options);
  return {
    site,
    url: site.url,
    log,
    addFault: faults.add,
    clearFaults: faults.clear,
    stop: async () => {
      for (const part of parts) await part.stop?.(site);
      await close(server);
      if (options.root === undefined) rmSync(root, { recursive: true, force: true });
    },
    restart: async (pauseMs = 0) => {
      await close(server);
      site.httpSessions.clear();
      if (pauseMs > 0) await new Promise((done) => setTimeout(done, pauseMs));
      await listen(server, port, host);
    },
  };
}

function siteOptionsOf(options: StartOptions): Partial<SiteOptions> {
  const { root, port, host, faults, control, clock, containers, ...rest } = options;
  return rest;
}
