import { loginMarker } from "../error-page.ts";
import { escapeHtml } from "../escape.ts";
import { type Exchange, send } from "../exchange.ts";

/** Markup that may be put into a page as it is. */
export interface Markup {
  readonly html: string;
}

type Piece = Markup | string | number | readonly Markup[] | undefined;

/** Template whose values are escaped unless they are markup. */
export function html(texts: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  const piece = (value: Piece): string => {
    if (value === undefined) return "";
    if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
    return "html" in value ? value.html : value.map((one) => one.html).join("");
  };
  return {
    html: texts.map((text, at) => text + piece(at < values.length ? values[at] : "")).join(""),
  };
}

const style = `
:root{--ink:#1d2733;--soft:#5b6877;--line:#dde3ea;--blue:#1a5c99;--pale:#f4f7fa}
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,"DejaVu Sans",sans-serif;color:var(--ink);background:var(--pale)}
header{background:var(--blue);color:#fff;padding:10px 28px;display:flex;gap:20px;align-items:baseline}
header a{color:#fff;text-decoration:none}header .name{font-weight:700;font-size:18px}header .who{margin-left:auto;opacity:.9;font-size:14px}
main{max-width:1120px;margin:0 auto;padding:18px 28px 60px}nav{color:var(--soft);font-size:14px;margin:4px 0 6px}
a{color:var(--blue)}h1{font-size:24px;margin:4px 0 12px}h2{font-size:17px;margin:26px 0 8px}
table{border-collapse:collapse;width:100%;background:#fff;border:1px solid var(--line);border-radius:6px}
th,td{text-align:left;padding:7px 12px;border-bottom:1px solid var(--line);vertical-align:top}tr:last-child td{border-bottom:0}
th{font-size:13px;color:var(--soft);font-weight:600;background:#fafbfd}.num,td.run{text-align:right}td.run{padding:4px 8px}td.run .menu ul{text-align:left}td:first-child{white-space:nowrap}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:3px 18px;background:#fff;border:1px solid var(--line);border-radius:6px;padding:12px 16px;margin:0}
.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
.bar{display:flex;align-items:center;gap:14px;flex-wrap:wrap}.bar h1{margin-right:auto}.bulk select{width:auto}.bulk select[name=wrapper]{max-width:340px}
details.menu{position:relative;display:inline-block}details.menu summary{list-style:none;cursor:pointer;background:var(--blue);color:#fff;border-radius:5px;padding:4px 12px;font-size:14px;white-space:nowrap}
details.menu summary::-webkit-details-marker{display:none}details.menu summary::after{content:" \\25BE"}
details.menu ul{position:absolute;right:0;z-index:9;margin:4px 0 0;padding:6px 0;list-style:none;background:#fff;border:1px solid var(--line);border-radius:6px;box-shadow:0 6px 22px #1d273326;min-width:270px}
details.menu li a{display:block;padding:5px 14px;text-decoration:none}details.menu li a:hover{background:var(--pale)}details.menu small,.hint{color:var(--soft);font-size:13px;display:block;line-height:1.35}
button{font:inherit;background:var(--blue);color:#fff;border:0;border-radius:5px;padding:7px 18px;cursor:pointer}button.quiet{background:#8795a5}
input[type=text],input[type=password],select{font:inherit;padding:5px 8px;border:1px solid #b9c4d0;border-radius:4px;width:100%;max-width:420px;background:#fff}
form.fields{background:#fff;border:1px solid var(--line);border-radius:6px;padding:8px 20px 16px}
.field{display:grid;grid-template-columns:210px 1fr;gap:2px 18px;padding:8px 0;border-bottom:1px solid #eef2f6}.field>label,.field>.label{font-weight:600;padding-top:4px}.field .static{padding-top:4px;overflow-wrap:anywhere}
.child{margin-left:22px}.need{color:#b3261e}pre{background:#18222d;color:#e5edf5;padding:12px 16px;border-radius:6px;overflow:auto;font:13px/1.45 "DejaVu Sans Mono",monospace;white-space:pre-wrap}
.tag{display:inline-block;padding:1px 9px;border-radius:10px;font-size:13px;background:#e7ecf2;white-space:nowrap}.tag.ok{background:#d9f0de;color:#14532d}.tag.bad{background:#fbdcd9;color:#8c1d18}.tag.run{background:#fdf0cd;color:#6b4e00}
.login{max-width:380px;margin:70px auto;background:#fff;border:1px solid var(--line);border-radius:8px;padding:22px 30px 28px}.login label{display:block;margin-top:12px;font-weight:600}.login button{margin-top:18px}`;

/** Where a page is: links from the left to the right. */
export type Trail = readonly { readonly text: string; readonly link: string }[];

/** Sends a page to a browser. */
export function sendPage(
  exchange: Exchange,
  title: string,
  trail: Trail,
  body: Markup,
  { refresh = 0, status = 200 } = {},
): void {
  const base = exchange.site.options.contextPath;
  const links = trail.map(({ text, link }) => html`<a href="${base}${link}">${text}</a> &rsaquo; `);
  const here = trail.length > 0 ? title : undefined;
  const again = refresh > 0 ? html`<meta http-equiv="refresh" content="${refresh}">` : undefined;
  const who =
    exchange.user === undefined
      ? undefined
      : html`<span class="who">${exchange.user.login} &middot; <a href="${base}/app/logout">log out</a></span>`;
  const page = html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width">${again}<style>${{ html: style }}</style></head>
<body><header><a class="name" href="${base}/">XNAT</a><span>simulated ${exchange.site.options.version}</span>${who}</header>
<main><nav>${links}${here}</nav>${body}</main></body></html>
`;
  send(exchange, status, "text/html;charset=UTF-8", page.html);
}

/** The page with the login form. */
export function sendLogin(exchange: Exchange, complaint = ""): void {
  const base = exchange.site.options.contextPath;
  const body = html`${{ html: loginMarker }}
<form class="login" method="post" action="${base}/app/login"><h1>Log in</h1><p class="need">${complaint}</p>
<label for="username">User</label><input id="username" type="text" name="username" autofocus>
<label for="password">Password</label><input id="password" type="password" name="password">
<button>Log in</button><p class="hint">Users of this simulated site: admin, owner, member, collab, outsider. The password is the name.</p></form>
<!-- END xnat-templates/screens/Login.vm -->`;
  sendPage(exchange, "Login", [], body);
}

/** A coloured word for a status. */
export function statusTag(status: string): Markup {
  const kind = status === "Complete" ? "ok" : /^(Failed|Killed)/.test(status) ? "bad" : "run";
  return html`<span class="tag ${kind}">${status}</span>`;
}

/** Goes on to another page. */
export function goTo(exchange: Exchange, path: string, headers: Record<string, string> = {}): void {
  const target = `${exchange.site.options.contextPath}${path}`;
  send(exchange, 303, "text/html", "", { ...headers, Location: target });
}
