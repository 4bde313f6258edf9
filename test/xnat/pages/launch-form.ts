import { findWrapper } from "../container-service/command-store.ts";
import type { DialogInput, DialogValues } from "../container-service/dialog.ts";
import { LaunchRefused, queueLaunch } from "../container-service/launch.ts";
import { openDialog } from "../container-service/routes-launch.ts";
import { type Exchange, Refusal } from "../exchange.ts";
import { findByUri } from "../find.ts";
import { requireRead } from "../rights.ts";
import { linkOf, nameOf } from "./browse.ts";
import { goTo, html, type Markup, sendPage } from "./layout.ts";

type Known = ReadonlyMap<string, DialogValues["values"]>;

/** The form of a launch, for one thing or for several. */
export function showLaunchForm(exchange: Exchange): void {
  const { site, params } = exchange;
  const project = requireRead(exchange, params["project"] ?? "");
  const wrapperId = params["wrapper"] ?? exchange.query("wrapper") ?? "";
  const found = findWrapper(site, Number(wrapperId));
  if (found === undefined) throw new Refusal(404, "No such command");
  const root = found.wrapper["external-inputs"]?.[0]?.name ?? "";
  const isBulk = params["wrapper"] === undefined;
  const isOnScans = found.wrapper["external-inputs"]?.[0]?.type === "Scan";
  const targets =
    isBulk && isOnScans ? listScans(exchange, exchange.all("uri")) : exchange.all("uri");
  const [target = ""] = targets;
  const chosen = chosenOf(exchange, root);
  const asked = { ...exchange, params: { ...params, wrapper: wrapperId } };
  const trail = [
    { text: "Projects", link: "/" },
    { text: project.name, link: `/app/projects/${project.id}` },
  ];
  const head = html`<h1>${nameOf(found)}</h1><p>${found.wrapper.description}</p>`;
  try {
    const dialog = openDialog(asked, { ...chosen, [root]: target }, isBulk);
    const known = new Map<string, DialogValues["values"]>();
    gather(dialog["input-values"], known);
    const fields = dialog["input-config"].map((input) => field(input, known, 0));
    const hidden = targets.map((uri) => html`<input type="hidden" name="uri" value="${uri}">`);
    const csrf = site.httpSessions.get(exchange.httpSessionId)?.csrf ?? "";
    const note = isBulk
      ? html`<p><b>${targets.length} containers</b> are started at once. What is shown for the first stands for all.</p>`
      : undefined;
    const body = html`${head}${note}<form class="fields" method="post" action="${linkOf(site, `/app/projects/${project.id}/${isBulk ? "bulk" : "launch"}/${wrapperId}`)}">${hidden}<input type="hidden" name="XNAT_CSRF" value="${csrf}">${fields}<p class="bar"><button>Run Container</button><span class="hint">${dialog.meta["image-name"]}</span></p></form>`;
    sendPage(exchange, nameOf(found), trail, body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const body = html`${head}<pre>${error.message}</pre>`;
    sendPage(exchange, "Run Container", trail, body, { status: error.status });
  }
}

/** URIs of the scans of sessions, of the type that was asked for. */
function listScans(exchange: Exchange, sessions: readonly string[]): readonly string[] {
  const type = exchange.query("scan-type");
  return sessions.flatMap((uri) => {
    const session = findByUri(exchange.site, uri);
    if (session?.kind !== "session") return [];
    const scans = session.scans.filter((scan) => scan.type === type);
    return scans.map(({ id }) => `${uri}/scans/${encodeURIComponent(id)}`);
  });
}

const ownNames = ["uri", "wrapper", "scan-type", "XNAT_CSRF"];

function chosenOf(exchange: Exchange, root: string): Readonly<Record<string, string>> {
  const names = exchange.queryNames.filter((name) => !ownNames.includes(name) && name !== root);
  return Object.fromEntries(names.map((name) => [name, exchange.all(name).at(-1) ?? ""]));
}

/** Values of every input, below whatever value of its parent; each once. */
function gather(all: readonly DialogValues[], known: Map<string, DialogValues["values"]>): void {
  for (const { name, values } of all) {
    const before = known.get(name) ?? [];
    const fresh = values.filter(({ value }) => before.every((one) => one.value !== value));
    known.set(name, [...before, ...fresh]);
    for (const { children } of values) gather(children, known);
  }
}

function field(input: DialogInput, known: Known, depth: number): Markup {
  const values = known.get(input.name) ?? [];
  const isFixed = input["input-type"] === "static" || input["input-type"] === "derived";
  const need = input.required && !isFixed ? html` <span class="need">*</span>` : undefined;
  const isShown = input["user-settable"] || depth === 0;
  const row = isShown
    ? html`<div class="field ${depth > 0 ? "child" : ""}"><label for="${input.name}">${input.label}${need}</label><div>${control(input, values)}<span class="hint">${input.description}</span></div></div>`
    : undefined;
  return html`${row}${input.children.map((child) => field(child, known, depth + 1))}`;
}

function control(input: DialogInput, values: DialogValues["values"]): Markup {
  const { name } = input;
  const [first] = values;
  const option = (value: string, label: string, isChosen: boolean) =>
    html`<option value="${value}"${isChosen ? html` selected` : undefined}>${label}</option>`;
  switch (input["input-type"]) {
    case "static": {
      const [only, ...more] = values;
      const text = more.length > 0 ? "follows from what is chosen above" : only?.label;
      return html`<div class="static">${text || "not set"}</div>`;
    }
    case "derived": {
      // Nobody can choose for many at once: a launch with several candidates fails.
      const text =
        values.length > 1
          ? `${values.length} candidates: this launch will fail, choose one by one`
          : (values[0]?.label ?? "none");
      return html`<div class="static${values.length > 1 ? " need" : ""}">${text}</div>`;
    }
    case "boolean":
      return html`<input type="hidden" name="${name}" value="false"><input id="${name}" type="checkbox" name="${name}" value="true"${first?.value === "true" ? html` checked` : undefined}>`;
    case "select-one":
    case "select-many": {
      const own = input["select-values"];
      const choices = own.length > 0 ? own : values;
      const preset = own.length > 0 ? first?.value : undefined;
      const blank = own.length > 0 ? undefined : option("", "choose one", preset === undefined);
      return html`<select id="${name}" name="${name}">${blank}${choices.map(({ value, label }) => option(value, label, value === preset))}</select>`;
    }
    default: {
      const type = input["input-type"] === "password" ? "password" : "text";
      return html`<input id="${name}" type="${type}" name="${name}" value="${first?.value ?? ""}">`;
    }
  }
}

/** Queues what the form says and goes on to its status. */
export function startFromForm(exchange: Exchange): void {
  const { site, params, user } = exchange;
  const project = requireRead(exchange, params["project"] ?? "");
  const found = findWrapper(site, Number(params["wrapper"]));
  const csrf = site.httpSessions.get(exchange.httpSessionId)?.csrf;
  if (found === undefined || user === undefined) throw new Refusal(404, "No such command");
  if (exchange.query("XNAT_CSRF") !== csrf) throw new Refusal(403, "INVALID CSRF token");
  const root = found.wrapper["external-inputs"]?.[0]?.name ?? "";
  // A menu left alone is no choice.
  const chosen = Object.entries(chosenOf(exchange, root)).filter(([, value]) => value !== "");
  const isBulk = exchange.path.includes("/bulk/");
  const jobId = isBulk ? `bulk-${user.login}${site.clock.now()}` : "";
  const ids = exchange.all("uri").map((uri) => {
    const values = { ...Object.fromEntries(chosen), [root]: uri };
    try {
      return queueLaunch({ ...{ site, user, project, found, root, values, jobId } })?.id;
    } catch (error) {
      if (error instanceof LaunchRefused) throw new Refusal(500, error.message);
      throw error;
    }
  });
  goTo(exchange, isBulk ? `/app/projects/${project.id}/runs` : `/app/workflows/${ids[0]}`);
}
