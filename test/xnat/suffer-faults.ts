import type { IncomingMessage } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { loginPage } from "./error-page.ts";
import { type Exchange, send } from "./exchange.ts";
import type { FaultAction, FaultName } from "./faults.ts";
import { discardAnswer, shapeAnswer } from "./shape-answer.ts";
import type { HttpSession, Site } from "./site.ts";

// Carries out the faults that hit whatever is asked; those of single handlers are theirs.

const cookieLimitBytes = 8192;

/** Marks a request whose connection a fault has broken: there is nothing left to answer. */
export class Broken extends Error {}

type ActionOf<N extends FaultName> = Extract<FaultAction, { name: N }>;

/** The first action of that name. */
export const pick = <N extends FaultName>(
  actions: readonly FaultAction[],
  name: N,
): ActionOf<N> | undefined => actions.find((action): action is ActionOf<N> => action.name === name);

function breakWithin(request: IncomingMessage, bytes: number): void {
  let seen = 0;
  const push = request.push.bind(request);
  request.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    seen += (chunk as Uint8Array | null)?.length ?? 0;
    if (seen >= bytes) request.socket.resetAndDestroy();
    return push(chunk, encoding);
  };
}

/** Faults that come before anything else is done. @returns whether the request has been answered by one */
export async function sufferEarly(
  exchange: Exchange,
  actions: readonly FaultAction[],
): Promise<boolean> {
  const { request, response } = exchange;
  const latency = pick(actions, "latency");
  if (latency !== undefined) {
    await wait(latency.ms + (latency.jitterMs ?? 0) * exchange.site.random());
  }
  for (const action of actions) {
    if (action.name === "reset" && action.when === "before") {
      request.socket.resetAndDestroy();
      throw new Broken();
    }
    if (action.name === "reset" && action.when === "request") breakWithin(request, action.bytes);
    if (action.name === "status" && action.afterWork !== true) {
      send(
        exchange,
        action.status,
        "text/html",
        action.body ?? "<html>gateway</html>",
        action.headers,
      );
      return true;
    }
    if (action.name === "redirect") {
      send(exchange, action.status ?? 302, "text/html", "", { Location: action.to });
      return true;
    }
    if (action.name === "loginHtml200" || action.name === "html200") {
      const page = action.name === "html200" ? (action.body ?? "<html>a portal</html>") : loginPage;
      send(exchange, 200, "text/html;charset=UTF-8", page);
      return true;
    }
    if (action.name === "cookieGrowth") {
      if ((request.headers.cookie?.length ?? 0) > cookieLimitBytes) {
        exchange.touch("A8");
        send(exchange, 400, "text/html", "<html>Bad Request</html>");
        return true;
      }
      const name = `GROW${Math.floor(exchange.site.random() * 1e9)}`;
      response.appendHeader("Set-Cookie", `${name}=${"x".repeat(action.bytes)}; Path=/`);
    }
  }
  return false;
}

/** Faults that change what becomes of the answer. */
export function sufferLate({ request, response }: Exchange, actions: readonly FaultAction[]): void {
  for (const action of actions) {
    if (action.name === "reset" && action.when === "afterWork") {
      discardAnswer(response, () => request.socket.resetAndDestroy());
    }
    if (action.name === "status" && action.afterWork === true) {
      discardAnswer(response, () => {
        response.writeHead(action.status, { ...action.headers, "Content-Type": "text/html" });
        response.end(action.body ?? "<html>gateway</html>");
      });
    }
  }
  shapeAnswer(response, actions);
}

/** Faults that end sessions, tokens, users. */
export function expire(
  site: Site,
  session: HttpSession | undefined,
  actions: readonly FaultAction[],
) {
  if (pick(actions, "expireToken") !== undefined && session !== undefined) {
    site.tokens.delete(session.alias);
    site.httpSessions.delete(session.id);
  }
  if (pick(actions, "expireSession") !== undefined && session !== undefined) {
    site.httpSessions.delete(session.id);
  }
  const user = pick(actions, "lockUser") && session && site.users.get(session.user);
  if (user !== undefined && session !== undefined) {
    user.lockedUntil = site.clock.now() + 3_600_000;
    site.httpSessions.delete(session.id);
  }
}
