import { existsSync } from "node:fs";
import { readLog } from "../container-service/routes-containers.ts";
import { requireWorkflow } from "../container-service/routes-workflows.ts";
import { type Exchange, Refusal } from "../exchange.ts";
import { findByUri } from "../find.ts";
import { findResource } from "../resources.ts";
import { requireRead, requireReadOwner } from "../rights.ts";
import type { ContainerRecord, Site, Workflow } from "../site.ts";
import { listEntries } from "../stored-files.ts";
import { linkOf } from "./browse.ts";
import { html, sendPage, statusTag } from "./layout.ts";

const isOver = (status: string): boolean => /^(Complete|Failed|Killed)/.test(status);
const stamp = (time: number): string => new Date(time).toISOString().slice(0, 19).replace("T", " ");

const containerOf = (site: Site, workflow: Workflow): ContainerRecord | undefined =>
  [...site.containers.values()].find(({ workflowId }) => workflowId === workflow.id);

function labelOf(site: Site, { objectId, scanId }: Workflow): string {
  const label = site.sessions.get(objectId)?.label ?? objectId;
  return scanId === "" ? label : `${label}, scan ${scanId}`;
}

/** One run: status, what it was given, what it said. */
export async function showRun(exchange: Exchange): Promise<void> {
  const { site } = exchange;
  const workflow = requireWorkflow(exchange);
  const record = containerOf(site, workflow);
  const [out, err] =
    record === undefined
      ? ["", ""]
      : await Promise.all(
          (["stdout", "stderr"] as const).map(
            async (stream) => (await readLog(exchange, record, stream)).text,
          ),
        );
  const outputs = record?.outputs.map(({ label, created }) =>
    created === ""
      ? html`<div>${label}</div>`
      : html`<div><a href="${linkOf(site, `/app/files${created}`)}">${label}</a></div>`,
  );
  const facts = html`<dl class="facts"><dt>Status</dt><dd>${statusTag(workflow.status)} ${workflow.details}</dd><dt>On</dt><dd>${labelOf(site, workflow)}</dd><dt>Started</dt><dd>${stamp(workflow.launchTime)} by ${workflow.user}</dd><dt>Image</dt><dd>${record?.image ?? ""}</dd><dt>Command line</dt><dd>${record?.commandLine ?? ""}</dd><dt>Results</dt><dd>${outputs}</dd></dl>`;
  const log = (title: string, text: string | undefined) =>
    text ? html`<h2>${title}</h2><pre>${text.slice(-40_000)}</pre>` : undefined;
  const trail = [
    { text: "Projects", link: "/" },
    { text: workflow.externalId, link: `/app/projects/${workflow.externalId}` },
    { text: "Processing history", link: `/app/projects/${workflow.externalId}/runs` },
  ];
  const body = html`<h1>${workflow.pipelineName}</h1>${facts}${log("Log", out)}${log("Errors", err)}`;
  const refresh = isOver(workflow.status) ? 0 : 2;
  sendPage(exchange, workflow.pipelineName, trail, body, { refresh });
}

/** All runs of a project, latest first. */
export function showRuns(exchange: Exchange): void {
  const { site, params } = exchange;
  const project = requireRead(exchange, params["project"] ?? "");
  const runs = [...site.workflows.values()].filter(({ externalId }) => externalId === project.id);
  const rows = runs
    .toReversed()
    .map(
      (run) =>
        html`<tr><td><a href="${linkOf(site, `/app/workflows/${run.id}`)}">${run.pipelineName}</a></td><td>${labelOf(site, run)}</td><td>${statusTag(run.status)}<span class="hint">${run.details}</span></td><td style="white-space:nowrap">${stamp(run.launchTime)}</td><td>${run.user}</td></tr>`,
    );
  const trail = [
    { text: "Projects", link: "/" },
    { text: project.name, link: `/app/projects/${project.id}` },
  ];
  const refresh = runs.every(({ status }) => isOver(status)) ? 0 : 3;
  const body = html`<h1>Processing history</h1><table><tr><th>Command</th><th>On</th><th>Status</th><th>Started</th><th>By</th></tr>${rows}</table>`;
  sendPage(exchange, "Processing history", trail, body, { refresh });
}

/** Files of a resource, by the URI of the resource. */
export async function showFiles(exchange: Exchange): Promise<void> {
  const { site, params } = exchange;
  const [, parent = "", label = ""] = /^(.*)\/resources\/([^/]+)$/.exec(`/${params["rest"]}`) ?? [];
  const owner = findByUri(site, parent);
  const resource = owner === undefined ? undefined : findResource(owner, label);
  if (owner === undefined || resource === undefined) throw new Refusal(404, "No such resource");
  requireReadOwner(exchange, owner);
  const entries = existsSync(resource.folder) ? await listEntries(resource) : [];
  const rows = entries.map(({ path, size }) => {
    const link = `/data${parent}/resources/${resource.label}/files/${path.split("/").map(encodeURIComponent).join("/")}`;
    return html`<tr><td><a href="${linkOf(site, link)}">${path}</a></td><td class="num">${size}</td></tr>`;
  });
  const session = /\/experiments\/([^/]+)/.exec(parent)?.[1];
  const trail = [
    { text: "Projects", link: "/" },
    ...(session === undefined
      ? []
      : [{ text: site.sessions.get(session)?.label ?? session, link: `/app/sessions/${session}` }]),
  ];
  const body = html`<h1>${resource.label}</h1><table><tr><th>File</th><th class="num">Bytes</th></tr>${rows}</table>`;
  sendPage(exchange, resource.label, trail, body);
}
