import { randomBytes, randomUUID } from "node:crypto";
import type { AliasToken, HttpSession, Site, User } from "./site.ts";

const minute = 60_000;
const failedLoginsUntilLock = 20;
const lockMinutes = 60;
const aliasPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A user to be let in; "" as alias for a password. */
export interface Admission {
  readonly user: User;
  readonly alias: string;
}

/** User of a name and password, or of an alias token. Counts failures and locks (A4). */
export function authenticate(site: Site, name: string, password: string): Admission | undefined {
  const now = site.clock.now();
  if (aliasPattern.test(name)) {
    const token = site.tokens.get(name);
    const user = token && site.users.get(token.user);
    const valid =
      token?.enabled === true && token.expires > now && token.secret === password && user?.enabled;
    return valid && user !== undefined ? { user, alias: name } : undefined;
  }
  const user = site.users.get(name);
  if (user === undefined || !user.enabled || user.lockedUntil > now) return undefined;
  if (user.password === password) {
    user.failedLogins = 0;
    return { user, alias: "" };
  }
  user.failedLogins++;
  if (user.failedLogins >= failedLoginsUntilLock) {
    user.failedLogins = 0;
    user.lockedUntil = now + lockMinutes * minute;
  }
  return undefined;
}

const lengthOf = (site: Site): number => site.options.sessionMinutes * minute;

/** A live session by its cookie; idle ones have ended (A3). Being asked keeps it alive. */
export function useHttpSession(site: Site, id: string | undefined): HttpSession | undefined {
  const session = id === undefined ? undefined : site.httpSessions.get(id);
  if (session === undefined) return undefined;
  const now = site.clock.now();
  if (session.lastUsed + lengthOf(site) <= now) {
    site.httpSessions.delete(session.id);
    return undefined;
  }
  session.lastUsed = now;
  return session;
}

function removeIdle(site: Site): void {
  const oldest = site.clock.now() - lengthOf(site);
  for (const session of site.httpSessions.values()) {
    if (session.lastUsed <= oldest) site.httpSessions.delete(session.id);
  }
}

/** A new session, or undefined when the user has too many (A1). */
export function openHttpSession(site: Site, { user, alias }: Admission): HttpSession | undefined {
  if (site.httpSessions.size >= site.options.sessionLimit) {
    removeIdle(site);
    const own = [...site.httpSessions.values()].filter((session) => session.user === user.login);
    if (own.length >= site.options.sessionLimit) return undefined;
  }
  const session: HttpSession = {
    id: randomBytes(16).toString("hex").toUpperCase(),
    user: user.login,
    lastUsed: site.clock.now(),
    csrf: randomUUID(),
    alias,
  };
  site.httpSessions.set(session.id, session);
  return session;
}

/** Cookies of an answer; the quotes belong to the value (A7). */
export function sessionCookies(site: Site, opened: HttpSession | undefined): readonly string[] {
  const path = site.options.contextPath || "/";
  const length = lengthOf(site);
  const expiration = `SESSION_EXPIRATION_TIME="${site.clock.now() + length},${length}"; Version=1; Path=${path}`;
  return opened === undefined
    ? [expiration]
    : [`JSESSIONID=${opened.id}; Path=${path}; HttpOnly`, expiration];
}

/** An alias token, as `/data/services/tokens/issue` and the Container Service make it. */
export function issueToken(site: Site, login: string): AliasToken {
  const now = site.clock.now();
  for (const token of site.tokens.values()) {
    if (token.expires + 60 * minute <= now) site.tokens.delete(token.alias);
  }
  const token: AliasToken = {
    alias: randomUUID(),
    secret: randomBytes(48).toString("base64url"),
    user: login,
    expires: now + site.options.tokenMinutes * minute,
    enabled: true,
    issued: now,
  };
  site.tokens.set(token.alias, token);
  return token;
}

/** @returns whether there was such a token; sessions opened with it live on until they are idle */
export function invalidateToken(site: Site, alias: string): boolean {
  return site.tokens.delete(alias);
}

/** A2: agents that get the login page in place of a 401. */
export const isBrowser = (agent: string | undefined): boolean =>
  /MSIE|Mozilla|AppleWebKit|Opera/.test(agent ?? "");

/** A6: agents whose changes need XNAT_CSRF when they come with a session cookie. */
export const needsCsrf = (agent: string | undefined): boolean =>
  isBrowser(agent) && !/XNATDesktopClient|Java/.test(agent ?? "");
