import { availableWrappers } from "../container-service/availability.ts";
import type { FoundWrapper } from "../container-service/command-store.ts";
import { describeOwner } from "../container-service/resolve/objects.ts";
import { type Exchange, Refusal } from "../exchange.ts";
import { findAssessor, findScan, sessionsOfSubject } from "../find.ts";
import { countFiles } from "../resources.ts";
import { canList, requireRead } from "../rights.ts";
import type { Owner, Project, Scan, Session, Site } from "../site.ts";
import { html, type Markup, sendPage } from "./layout.ts";

const offered = ({ site, user }: Exchange, project: Project, xsiType: string) =>
  user === undefined ? [] : availableWrappers(site, user, project, xsiType);

/** The Run Container menu of one thing; nothing where nothing is offered. */
function runMenu(
  exchange: Exchange,
  project: Project,
  owner: Owner,
  xsiType: string,
): Markup | undefined {
  const found = offered(exchange, project, xsiType);
  if (found.length === 0) return undefined;
  const uri = describeOwner(exchange.site, owner).uri;
  const items = found.map((one) => {
    const link = `${exchange.site.options.contextPath}/app/projects/${project.id}/launch/${one.id}?uri=${encodeURIComponent(uri)}`;
    return html`<li><a href="${link}">${nameOf(one)}<small>${one.wrapper.description}</small></a></li>`;
  });
  return html`<details class="menu"><summary>Run Container</summary><ul>${items}</ul></details>`;
}

export const nameOf = ({ wrapper }: FoundWrapper): string => wrapper.label ?? wrapper.name;

/** Projects the user sees. */
export function showHome(exchange: Exchange): void {
  const { site } = exchange;
  const rows = [...site.projects.values()]
    .filter((project) => canList(exchange.user, project))
    .map((project) => {
      const sessions = [...site.sessions.values()].filter((one) => one.project === project.id);
      const subjects = [...site.subjects.values()].filter((one) => one.project === project.id);
      return html`<tr><td><a href="${linkOf(site, `/app/projects/${project.id}`)}">${project.id}</a></td><td>${project.name}<small class="hint">${project.description}</small></td><td class="num">${subjects.length}</td><td class="num">${sessions.length}</td><td>${project.accessibility}</td></tr>`;
    });
  sendPage(
    exchange,
    "Projects",
    [],
    html`<h1>Projects</h1><table><tr><th>Id</th><th>Name</th><th class="num">Subjects</th><th class="num">Sessions</th><th>Access</th></tr>${rows}</table>`,
  );
}

export const linkOf = ({ options }: Site, path: string): string => options.contextPath + path;

/** Subjects and sessions of a project, with bulk launch. */
export function showProject(exchange: Exchange): void {
  const { site, params } = exchange;
  const project = requireRead(exchange, params["project"] ?? "");
  const subjects = [...site.subjects.values()].filter((one) => one.project === project.id);
  const rows = subjects
    .toSorted((a, b) => (a.label < b.label ? -1 : 1))
    .flatMap((subject) => {
      const fields = [...subject.fields].map(([name, value]) => `${name} ${value}`).join(", ");
      return [...sessionsOfSubject(site, subject.id)].map(
        (session) =>
          html`<tr><td><input type="checkbox" name="uri" value="/archive/experiments/${session.id}" aria-label="${session.label}" checked></td><td>${subject.label}</td><td>${subject.group}</td><td>${fields}</td><td><a href="${linkOf(site, `/app/sessions/${session.id}`)}">${session.label}</a></td><td>${session.date}</td><td class="num">${session.scans.length}</td><td class="num">${session.assessors.length}</td></tr>`,
      );
    });
  const options = (xsiType: string) =>
    offered(exchange, project, xsiType).map(
      (one) => html`<option value="${one.id}">${nameOf(one)}</option>`,
    );
  const [onSession, onScan] = [options("xnat:mrSessionData"), options("xnat:mrScanData")];
  const types = subjects
    .flatMap(({ id }) => [...sessionsOfSubject(site, id)])
    .flatMap(({ scans }) => scans.map(({ type }) => type));
  const typeOptions = [...new Set(types)].sort().map((type) => html`<option>${type}</option>`);
  const chooser =
    onSession.length + onScan.length === 0
      ? undefined
      : html`<p class="bar bulk"><span>Run on the chosen sessions:</span><select name="wrapper" aria-label="Command"><optgroup label="on scans of a type">${onScan}</optgroup><optgroup label="on the session">${onSession}</optgroup></select><label>scans of type <select name="scan-type">${typeOptions}</select></label><button>Run Container</button></p>`;
  const body = html`<div class="bar"><h1>${project.name}</h1><a href="${linkOf(site, `/app/projects/${project.id}/runs`)}">Processing history</a>${runMenu(exchange, project, project, "xnat:projectData")}</div>
<dl class="facts"><dt>Project id</dt><dd>${project.id}</dd><dt>Description</dt><dd>${project.description}</dd><dt>Access</dt><dd>${project.accessibility}</dd></dl>
${resourceTable(exchange, project)}
<h2>Sessions</h2><form method="get" action="${linkOf(site, `/app/projects/${project.id}/bulk`)}"><table><tr><th></th><th>Subject</th><th>Group</th><th>Variables</th><th>Session</th><th>Date</th><th class="num">Scans</th><th class="num">Assessors</th></tr>${rows}</table>${chooser}</form>`;
  sendPage(exchange, project.name, [{ text: "Projects", link: "/" }], body);
}

/** Scans, assessors and resources of a session, each with its menu. */
export function showSession(exchange: Exchange): void {
  const { site, params } = exchange;
  const session = site.sessions.get(params["session"] ?? "");
  if (session === undefined) throw new Refusal(404, "Unable to find the specified experiment");
  const project = requireRead(exchange, session.project);
  const subject = site.subjects.get(session.subjectId);
  const scans = session.scans.map((scan) => scanRow(exchange, project, session, scan));
  const assessors = session.assessors.map((assessor) => {
    findAssessor(session, assessor.id);
    return html`<tr><td>${assessor.label}</td><td>${assessor.xsiType}</td><td>${resourceLinks(site, assessor)}</td><td class="run">${runMenu(exchange, project, assessor, assessor.xsiType)}</td></tr>`;
  });
  const variables = [...session.fields].map(([name, value]) => `${name} ${value}`).join(", ");
  const trail = [
    { text: "Projects", link: "/" },
    { text: project.name, link: `/app/projects/${project.id}` },
  ];
  const body = html`<div class="bar"><h1>${session.label}</h1>${runMenu(exchange, project, session, session.xsiType)}</div>
<dl class="facts"><dt>Subject</dt><dd>${subject?.label} (${subject?.group})</dd><dt>Accession id</dt><dd>${session.id}</dd><dt>Date</dt><dd>${session.date}</dd><dt>Variables</dt><dd>${variables}</dd></dl>
<h2>Scans</h2><table><tr><th>Scan</th><th>Type</th><th>Series description</th><th class="num">Frames</th><th>Quality</th><th>Files</th><th></th></tr>${scans}</table>
<h2>Assessors</h2><table><tr><th>Label</th><th>Type</th><th>Files</th><th></th></tr>${assessors}</table>${resourceTable(exchange, session)}`;
  sendPage(exchange, session.label, trail, body);
}

function scanRow(exchange: Exchange, project: Project, session: Session, scan: Scan): Markup {
  findScan(session, scan.id);
  return html`<tr><td>${scan.id}</td><td>${scan.type}</td><td>${scan.seriesDescription}</td><td class="num">${scan.frames}</td><td>${scan.quality}</td><td>${resourceLinks(exchange.site, scan)}</td><td class="run">${runMenu(exchange, project, scan, scan.xsiType)}</td></tr>`;
}

function resourceLinks(site: Site, owner: Owner): readonly Markup[] {
  return owner.resources.map((resource) => {
    const uri = describeOwner(site, owner).uri.replace(/^\/archive/, "");
    const link = linkOf(site, `/app/files${uri}/resources/${resource.label}`);
    const { count } = countFiles(resource);
    return html`<div><a href="${link}">${resource.label}</a> <span class="hint" style="display:inline">${count} ${count === 1 ? "file" : "files"}</span></div>`;
  });
}

function resourceTable({ site }: Exchange, owner: Owner): Markup | undefined {
  if (owner.resources.length === 0) return undefined;
  return html`<h2>Resources</h2><table><tr><td>${resourceLinks(site, owner)}</td></tr></table>`;
}
