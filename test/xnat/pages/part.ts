import { type Exchange, type Handler, Refusal, type Route } from "../exchange.ts";
import { authenticate, openHttpSession, sessionCookies } from "../login.ts";
import { showHome, showProject, showSession } from "./browse.ts";
import { showLaunchForm, startFromForm } from "./launch-form.ts";
import { goTo, html, sendLogin, sendPage } from "./layout.ts";
import { showFiles, showRun, showRuns } from "./status-page.ts";

/** A page: without login the login form, an error as a page. */
const page =
  (handler: Handler): Handler =>
  async (exchange) => {
    if (exchange.user === undefined) return sendLogin(exchange);
    try {
      await handler(exchange);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const body = html`<h1>This cannot be shown</h1><p>${error.message}</p>`;
      sendPage(exchange, "Error", [{ text: "Projects", link: "/" }], body, {
        status: error.status,
      });
    }
  };

const route = (method: "GET" | "POST", pattern: string, handler: Handler): Route => ({
  ...{ method, pattern, handler: page(handler), guest: true },
});

function logIn(exchange: Exchange): void {
  const { site } = exchange;
  const name = exchange.query("username") ?? "";
  const admission = authenticate(site, name, exchange.query("password") ?? "");
  const opened = admission && openHttpSession(site, admission);
  if (opened === undefined) {
    sendLogin(exchange, "The user name or password is not right.");
    return;
  }
  exchange.response.setHeader("Set-Cookie", [...sessionCookies(site, opened)]);
  goTo(exchange, "/");
}

function logOut(exchange: Exchange): void {
  exchange.site.httpSessions.delete(exchange.httpSessionId);
  goTo(exchange, "/");
}

/** Plain pages for a person with a browser; clients have no use for them. */
export const pageRoutes: readonly Route[] = [
  route("GET", "/", showHome),
  { method: "POST", pattern: "/app/login", handler: logIn, guest: true },
  route("GET", "/app/logout", logOut),
  route("GET", "/app/projects/:project", showProject),
  route("GET", "/app/projects/:project/runs", showRuns),
  route("GET", "/app/projects/:project/launch/:wrapper", showLaunchForm),
  route("POST", "/app/projects/:project/launch/:wrapper", startFromForm),
  route("GET", "/app/projects/:project/bulk", showLaunchForm),
  route("POST", "/app/projects/:project/bulk/:wrapper", startFromForm),
  route("GET", "/app/sessions/:session", showSession),
  route("GET", "/app/workflows/:workflow", showRun),
  route("GET", "/app/files/:rest*", showFiles),
];
