import { loginPage } from "./error-page.ts";
import { type Exchange, Refusal, type Route, send } from "./exchange.ts";
import { authenticate, openHttpSession, sessionCookies } from "./login.ts";

const text = "text/plain;charset=UTF-8";

function sendSession(exchange: Exchange): void {
  const session = exchange.site.httpSessions.get(exchange.httpSessionId);
  const csrf = exchange.query("CSRF") === "true" ? `; XNAT_CSRF=${session?.csrf}` : "";
  send(exchange, 200, text, exchange.httpSessionId + csrf);
}

/** Form login, for sites that strip Basic headers. */
function logInByForm(exchange: Exchange): void {
  const { site, response } = exchange;
  const admission = authenticate(
    site,
    exchange.query("username") ?? "",
    exchange.query("password") ?? "",
  );
  const session = admission && openHttpSession(site, admission);
  if (session === undefined) throw new Refusal(401, "Login attempt failed. Please try again.");
  response.setHeader("Set-Cookie", [...sessionCookies(site, session)]);
  send(exchange, 200, text, session.id);
}

/** Log in, ask who is logged in, log out. */
export const authRoutes: readonly Route[] = [
  { method: "GET", pattern: "/data/JSESSION", handler: sendSession },
  { method: "POST", pattern: "/data/JSESSION", handler: sendSession },
  {
    method: "DELETE",
    pattern: "/data/JSESSION",
    handler: (exchange) => {
      exchange.site.httpSessions.delete(exchange.httpSessionId);
      send(exchange, 200, text, "");
    },
  },
  { method: "PUT", pattern: "/data/services/auth", handler: logInByForm, guest: true },
  { method: "POST", pattern: "/data/services/auth", handler: logInByForm, guest: true },
  {
    method: "GET",
    pattern: "/data/auth",
    handler: (exchange) => send(exchange, 200, text, `User '${exchange.user?.login}' is logged in`),
  },
  {
    method: "GET",
    pattern: "/xapi/users/username",
    handler: (exchange) => send(exchange, 200, text, exchange.user?.login ?? ""),
  },
  {
    method: "GET",
    pattern: "/app/template/Login.vm",
    guest: true,
    handler: (exchange) => send(exchange, 200, "text/html;charset=UTF-8", loginPage),
  },
];
