import { randomUUID } from "node:crypto";
import type { Backend } from "../xnat/container-service/backend.ts";
import { openDockerBackend } from "../xnat/container-service/docker-backend.ts";
import { findHostAddress } from "../xnat/container-service/run-docker.ts";
import { settle } from "../xnat/container-service/service.ts";
import { openSwarmBackend } from "../xnat/container-service/swarm-backend.ts";
import type { ContainerRecord } from "../xnat/site.ts";
import { type SimulatedXnat, startXnat } from "../xnat/start-xnat.ts";
import { requireDocker } from "./engine.ts";

export interface Reply {
  readonly status: number;
  readonly text: string;
  json(): unknown;
}

/** How a launch ended. */
export interface Ended {
  readonly status: string;
  readonly details: string;
  readonly record: ContainerRecord;
  readonly stdout: string;
  readonly stderr: string;
}

/** A simulated XNAT whose Container Service starts real images, used only by REST, as a browser does. */
export interface WorkflowStage {
  readonly xnat: SimulatedXnat;
  /** Address by which containers reach the site. */
  readonly outerUrl: string;
  readonly network: string;
  /** Where launches run from now on. */
  useBackend(kind: "docker" | "swarm"): void;
  ask(method: string, path: string, user: string, body?: object): Promise<Reply>;
  /** Commands of an image by its label, enabled for the site: what an administrator does. */
  install(image: string): Promise<readonly string[]>;
  /** What an owner does. */
  enable(project: string): Promise<void>;
  /** A launch as the page sends it, followed to its end. */
  launch(
    project: string,
    wrapper: string,
    values: Readonly<Record<string, string>>,
    user?: string,
  ): Promise<Ended>;
  /** Everything this stage left on the engine. */
  listLeftovers(): readonly string[];
  stop(): Promise<void>;
}

interface Wrapper {
  readonly id: number;
  readonly name: string;
  readonly root: string;
}

/** Starts the site, on plain Docker at first. */
export async function openWorkflowStage(): Promise<WorkflowStage> {
  const run = randomUUID();
  const { address, network } = await findHostAddress();
  const options = { run, network };
  const backends = { docker: openDockerBackend(options), swarm: openSwarmBackend(options) };
  let chosen: Backend = backends.docker;
  const backend: Backend = {
    get kind() {
      return chosen.kind;
    },
    start: (spec) => chosen.start(spec),
    readLabel: (image) => chosen.readLabel(image),
  };
  const xnat = await startXnat({ host: "0.0.0.0", containers: { backend, host: address } });
  const wrappers = new Map<string, Wrapper>();
  const outer = new URL(xnat.url);
  outer.hostname = address;

  const ask: WorkflowStage["ask"] = async (method, path, user, body) => {
    const response = await fetch(xnat.url + path, {
      method,
      headers: {
        Authorization: `Basic ${Buffer.from(`${user}:${user}`).toString("base64")}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) as unknown };
  };
  const require = async (...words: Parameters<typeof ask>): Promise<Reply> => {
    const reply = await ask(...words);
    if (reply.status >= 300) throw new Error(`${words[1]}: ${reply.status} ${reply.text}`);
    return reply;
  };
  const listEverything = (): readonly string[] => {
    const filter = ["--filter", `label=xnat-sim=${run}`];
    return [
      ...requireDocker("service", "ls", ...filter, "--format", "service {{.Name}}").split("\n"),
      ...requireDocker("ps", "--all", ...filter, "--format", "container {{.Names}}").split("\n"),
    ].filter((line) => line !== "");
  };

  return {
    ...{ xnat, network, ask, outerUrl: outer.href.replace(/\/$/, "") },
    useBackend: (kind) => {
      chosen = backends[kind];
    },
    install: async (image) => {
      const path = `/xapi/docker/images/save?image=${encodeURIComponent(image)}`;
      const saved = (await require("POST", path, "admin")).json() as { name: string }[];
      const query = `/xapi/commands?image=${encodeURIComponent(image)}`;
      const commands = (await require("GET", query, "admin")).json() as {
        xnat: { id: number; name: string; "external-inputs": { name: string }[] }[];
      }[];
      for (const {
        id,
        name,
        "external-inputs": [root],
      } of commands.flatMap((one) => one.xnat)) {
        wrappers.set(name, { id, name, root: root?.name ?? "" });
        await require("PUT", `/xapi/wrappers/${id}/enabled`, "admin");
      }
      return saved.map(({ name }) => name);
    },
    enable: async (project) => {
      for (const { id } of wrappers.values()) {
        await require("PUT", `/xapi/projects/${project}/wrappers/${id}/enabled`, "owner");
      }
    },
    launch: async (project, name, values, user = "owner") => {
      const wrapper = wrappers.get(name);
      if (wrapper === undefined) throw new Error(`no wrapper ${name}`);
      const path = `/xapi/projects/${project}/wrappers/${wrapper.id}/root/${wrapper.root}/launch`;
      const reply = await require("POST", path, user, values);
      const { "workflow-id": id } = reply.json() as { "workflow-id": string };
      await settle(xnat.site);
      const workflow = xnat.site.workflows.get(id);
      const record = [...xnat.site.containers.values()].find((one) => one.workflowId === id);
      if (workflow === undefined || record === undefined) {
        throw new Error(`${name} came to no container: ${workflow?.status} ${workflow?.details}`);
      }
      const log = async (stream: string) => {
        const found = await ask("GET", `/xapi/containers/${record.id}/logs/${stream}`, user);
        return found.status === 200 ? found.text : "";
      };
      const { status, details } = workflow;
      return { status, details, record, stdout: await log("stdout"), stderr: await log("stderr") };
    },
    listLeftovers: listEverything,
    stop: async () => {
      await xnat.stop();
      for (const line of listEverything()) {
        const [kind, name = ""] = line.split(" ");
        requireDocker(...(kind === "service" ? ["service", "rm"] : ["rm", "--force"]), name);
      }
    },
  };
}
