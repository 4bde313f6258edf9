import type { IncomingMessage, ServerResponse } from "node:http";
import { errorBody, loginPage } from "./error-page.ts";
import { type Exchange, Refusal, send } from "./exchange.ts";
import type { FaultAction, FaultName, FaultPlan } from "./faults.ts";
import {
  authenticate,
  isBrowser,
  needsCsrf,
  openHttpSession,
  sessionCookies,
  useHttpSession,
} from "./login.ts";
import { type Parameters, parseBasic, parseCookies, parseParameters } from "./parse-request.ts";
import { plainPath, type Router } from "./router.ts";
import type { HttpSession, Site, User } from "./site.ts";
import { Broken, expire, pick, sufferEarly, sufferLate } from "./suffer-faults.ts";

/** What a test can ask about a request that was made. Never holds a password, a token or a cookie. */
export interface RequestLogEntry {
  readonly time: number;
  readonly method: string;
  /** As sent, without query. */
  readonly path: string;
  readonly query: string;
  status: number;
  /** Bytes on the wire, heads included. */
  sent: number;
  received: number;
  ms: number;
  user: string;
  readonly rules: string[];
  readonly faults: FaultName[];
  /** Stack of a bug of this server. */
  bug?: string;
}

export interface Service {
  readonly site: Site;
  readonly router: Router;
  readonly faults: FaultPlan;
  readonly log: RequestLogEntry[];
}

const challenge = { "WWW-Authenticate": 'Basic realm="XNAT Protected Area"' };

interface Identity {
  readonly user: User | undefined;
  readonly session: HttpSession | undefined;
  readonly isNew: boolean;
  readonly refused: boolean;
}

/** A valid cookie wins over a Basic header; a Basic header without one opens a new session each time (A1). */
function identify(site: Site, request: IncomingMessage, cookie: string | undefined): Identity {
  const session = useHttpSession(site, cookie);
  if (session !== undefined) {
    const user = site.users.get(session.user);
    return { user, session, isNew: false, refused: user === undefined };
  }
  const basic = parseBasic(request.headers.authorization);
  if (basic === undefined) {
    return { user: undefined, session: undefined, isNew: false, refused: false };
  }
  const admission = authenticate(site, basic.user, basic.password);
  const opened = admission && openHttpSession(site, admission);
  return opened === undefined
    ? { user: undefined, session: undefined, isNew: false, refused: true }
    : { user: admission?.user, session: opened, isNew: true, refused: false };
}

function refuse(exchange: Exchange, refusal: Refusal): void {
  const { response } = exchange;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { contentType, body } = errorBody(exchange.path, refusal);
  send(exchange, refusal.status, contentType, body, refusal.headers);
}

function requireLogin(exchange: Exchange): void {
  if (isBrowser(exchange.request.headers["user-agent"])) {
    exchange.touch("A2");
    send(exchange, 401, "text/html;charset=UTF-8", loginPage);
    return;
  }
  throw new Refusal(401, "Login attempt failed. Please try again.", challenge);
}

async function answer(
  exchange: Exchange,
  service: Service,
  actions: readonly FaultAction[],
  identity: Identity,
): Promise<void> {
  const { router } = service;
  if (await sufferEarly(exchange, actions)) return;
  if (identity.refused)
    throw new Refusal(401, "Login attempt failed. Please try again.", challenge);
  const match = router(exchange.method, exchange.path);
  const isGuest = match !== undefined && match !== "other method" && match.route.guest === true;
  if (identity.user === undefined && !isGuest) return requireLogin(exchange);
  if (match === undefined) {
    exchange.touch("L8");
    throw new Refusal(404, "The server has not found anything matching the request URI");
  }
  if (match === "other method") {
    throw new Refusal(
      405,
      "The method specified in the request is not allowed for the resource identified by the request URI",
    );
  }
  const parameters = await parseParameters(
    exchange.request,
    exchange.path,
    exchange.request.url?.split("?").slice(1).join("?") ?? "",
  );
  const full: Exchange = {
    ...exchange,
    params: match.params,
    query: parameters.first,
    all: parameters.all,
    queryNames: parameters.names,
  };
  const changes = exchange.method !== "GET" && exchange.method !== "HEAD";
  if (changes && !identity.isNew && identity.session !== undefined && !isGuest) {
    const agent = exchange.request.headers["user-agent"];
    if (needsCsrf(agent) && parameters.first("XNAT_CSRF") !== identity.session.csrf) {
      exchange.touch("A6");
      throw new Refusal(500, "INVALID CSRF token");
    }
  }
  sufferLate(full, actions);
  await match.route.handler(full);
}

const none: Parameters = { first: () => undefined, all: () => [], names: [] };

/** Answers one request and writes it into the log. */
export async function serve(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { site, faults, log } = service;
  const method = request.method ?? "GET";
  const [rawPath = "/", query = ""] = (request.url ?? "/").split(/\?(.*)/s);
  const cookie = parseCookies(request.headers.cookie).get("JSESSIONID");
  const known = cookie === undefined ? undefined : site.httpSessions.get(cookie);
  const name = known?.user ?? parseBasic(request.headers.authorization)?.user;
  const actions = faults.hit(method, rawPath, name);
  const entry: RequestLogEntry = {
    time: site.clock.now(),
    method,
    path: rawPath,
    query,
    status: 0,
    sent: 0,
    received: 0,
    ms: 0,
    user: "",
    rules: [],
    faults: actions.map((action) => action.name),
  };
  log.push(entry);
  const started = performance.now();
  const { socket } = request;
  const [sentBefore, receivedBefore] = [socket.bytesWritten, socket.bytesRead];
  response.once("close", () => {
    entry.status = response.headersSent ? response.statusCode : 0;
    entry.sent = socket.bytesWritten - sentBefore;
    entry.received = socket.bytesRead - receivedBefore;
    entry.ms = performance.now() - started;
    // A body nobody read would block the connection for the next request.
    if (!request.complete) request.resume();
  });

  expire(site, known, actions);
  const identity = identify(site, request, cookie);
  entry.user = identity.user?.login ?? "";
  response.setHeader("Set-Cookie", [
    ...sessionCookies(site, identity.isNew ? identity.session : undefined),
  ]);
  const exchange: Exchange = {
    site,
    request,
    response,
    method,
    path: plainPath(rawPath, site.options.contextPath) ?? "/outside",
    params: {},
    query: none.first,
    all: none.all,
    queryNames: none.names,
    user: identity.user,
    httpSessionId: identity.session?.id ?? "",
    touch: (rule) => {
      entry.rules.push(rule);
    },
    fault: (wanted) => pick(actions, wanted),
  };
  try {
    await answer(exchange, service, actions, identity);
  } catch (error) {
    if (error instanceof Broken || socket.destroyed) return;
    if (!(error instanceof Refusal)) entry.bug = String((error as Error).stack ?? error);
    refuse(
      exchange,
      error instanceof Refusal ? error : new Refusal(500, `Internal error: ${String(error)}`),
    );
  }
}
