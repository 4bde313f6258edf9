import { formatCount } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { ProjectReportContent, ProjectSession, ProjectStatus } from "./project-content.ts";

/** Up to so many sessions stand open on the page; more are folded in blocks, which a browser need not lay out. */
const openSessions = 100;
const blockSize = 200;
/** Sessions named for one reason. */
const mostNamed = 12;
/** Reasons in the list of what needs attention. */
const mostReasons = 40;

const words: Readonly<Record<ProjectStatus, string>> = {
  done: "done",
  current: "done before",
  kept: "kept",
  failed: "failed",
  "left-out": "no scan",
  "not-started": "not started",
};
const tones: Readonly<Record<ProjectStatus, string>> = {
  ...{ done: "ok", current: "ok", kept: "mind", failed: "bad" },
  ...{ "left-out": "soft", "not-started": "mind" },
};

/** What did not come out as asked, by reason, the commonest first. */
export function renderTroubles({ sessions }: ProjectReportContent): Html {
  const found = sessions.flatMap((session) =>
    session.results
      .filter(({ status }) => status === "failed" || status === "kept")
      .map((result) => ({ session, result })),
  );
  if (found.length === 0) return html``;
  // Names of files and sessions make reasons differ that are the same for a person.
  const groups = [
    ...Map.groupBy(found, ({ result }) => `${result.status} ${result.code || result.reason}`),
  ].sort(([, a], [, b]) => b.length - a.length);
  const items = groups.slice(0, mostReasons).map(([, ones]) => {
    const { result } = ones[0]!;
    const named = ones.slice(0, mostNamed).map(({ session, result: { scan } }, n) => {
      const place = scan === "" ? undefined : ` scan ${scan}`;
      return html`${n > 0 ? ", " : undefined}${linkSession(session)}${place}`;
    });
    const rest = ones.length - named.length;
    const code = result.code === "" ? undefined : html`<code>${result.code}</code> `;
    return html`<li><span class="state ${tones[result.status]}">${formatCount(ones.length)} ${words[result.status]}</span> ${code}${result.reason}<small>${named}${rest > 0 ? ` and ${formatCount(rest)} more` : undefined}</small></li>\n`;
  });
  const more = groups.length - items.length;
  return html`<section id="attention"><h2>What to look at</h2>
<ul class="troubles">${items}</ul>${more > 0 ? html`<p class="note">${formatCount(more)} more reasons are in results.csv.</p>\n` : undefined}</section>\n`;
}

/** Every session with what became of it, and a box to search in them. */
export function renderSessions(content: ProjectReportContent): Html {
  const { sessions, pipelines } = content;
  const heads = ["Subject", "Session", "Date", "Group", "Time point", ...pipelines].map(
    (heading) => html`<th scope="col">${heading}</th>`,
  );
  const table = (some: readonly ProjectSession[]) =>
    html`<div class="table"><table class="sessions"><thead><tr>${heads}</tr></thead><tbody>\n${some.map((session) => renderSession(session, pipelines.length))}</tbody></table></div>\n`;
  const title = html`<h2>Sessions <small>${formatCount(sessions.length)}</small></h2>\n`;
  if (sessions.length === 0) {
    return html`<section id="sessions">${title}<p class="note">The project has no session that was asked for.</p>\n</section>\n`;
  }
  if (sessions.length <= openSessions) {
    return html`<section id="sessions">${title}${table(sessions)}</section>\n`;
  }
  const blocks: Html[] = [];
  for (let start = 0; start < sessions.length; start += blockSize) {
    const some = sessions.slice(start, start + blockSize);
    const range = `${some[0]!.subject} ${some[0]!.label} to ${some.at(-1)!.subject} ${some.at(-1)!.label}`;
    blocks.push(
      html`<details><summary>${formatCount(start + 1)}–${formatCount(start + some.length)}: ${range}<small>${countStates(some)}</small></summary>\n${table(some)}</details>\n`,
    );
  }
  return html`<section id="sessions">${title}<p class="note">In order of subject and date. <a href="results.csv">results.csv</a> has them as a table.</p>\n${blocks}</section>\n`;
}

function countStates(sessions: readonly ProjectSession[]): string {
  const counts = new Map<ProjectStatus, number>();
  for (const { results } of sessions) {
    for (const { status } of results) counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  const statuses = Object.keys(words) as ProjectStatus[];
  return statuses
    .flatMap((status) => {
      const count = counts.get(status) ?? 0;
      return count === 0 ? [] : [`${formatCount(count)} ${words[status]}`];
    })
    .join(", ");
}

function renderSession(session: ProjectSession, pipelines: number): Html {
  const { subject, date, group, timepoint, results } = session;
  const cells = Array.from({ length: pipelines }, (_, n) => {
    const own = results.filter(({ pipeline }) => pipeline === n);
    const parts = own.map(({ scan, status, code, reason }) => {
      const place = scan === "" ? undefined : html` <small>scan ${scan}</small>`;
      const silent = reason === "" || status === "done" || status === "current";
      const why = silent
        ? undefined
        : html`<small class="why">${code.startsWith("E-") ? `${code}: ` : undefined}${reason}</small>`;
      return html`<div><span class="state ${tones[status]}">${words[status]}</span>${place}${why}</div>`;
    });
    return html`<td>${parts}</td>`;
  });
  return html`<tr><td>${subject}</td><td>${linkSession(session)}</td><td>${date}</td><td>${group}</td><td>${timepoint}</td>${cells}</tr>\n`;
}

function linkSession({ label, url }: Pick<ProjectSession, "label" | "url">): Html {
  return /^https?:\/\//.test(url) ? html`<a href="${url}">${label}</a>` : html`${label}`;
}
