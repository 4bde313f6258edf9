import { type Exchange, Refusal, type Route, sendJson } from "./exchange.ts";
import { invalidateToken, issueToken } from "./login.ts";
import { requireAdministrator } from "./rights.ts";
import type { AliasToken, Site } from "./site.ts";

const numbers = new WeakMap<AliasToken, number>();

function show(site: Site, token: AliasToken): object {
  const id = numbers.get(token) ?? site.nextId("token");
  numbers.set(token, id);
  return {
    alias: token.alias,
    secret: token.secret,
    xdatUserId: token.user,
    singleUse: false,
    estimatedExpirationTime: token.expires,
    id,
    enabled: token.enabled,
    created: token.issued,
    timestamp: token.issued,
    disabled: 0,
    validIPAddresses: null,
  };
}

function validate(exchange: Exchange): void {
  const { site, params } = exchange;
  const token = site.tokens.get(params["alias"] ?? "");
  const valid =
    token?.enabled === true &&
    token.secret === params["secret"] &&
    token.expires > site.clock.now();
  sendJson(exchange, valid ? { valid: token.user } : {});
}

/** Only the own tokens, unless an administrator asks. */
function invalidate(exchange: Exchange): void {
  const { site, params, user } = exchange;
  const token = site.tokens.get(params["alias"] ?? "");
  const may = token?.user === user?.login || user?.roles.includes("SiteAdmin") === true;
  const secretFits = params["secret"] === undefined || params["secret"] === token?.secret;
  if (token === undefined || !may || !secretFits) {
    throw new Refusal(404, "Couldn't locate the requested alias token.");
  }
  invalidateToken(site, token.alias);
  sendJson(exchange, { result: "OK" });
}

/** Alias tokens: pairs that log in like a user and a password, for two days. */
export const tokenRoutes: readonly Route[] = [
  {
    method: "GET",
    pattern: "/data/services/tokens/issue",
    handler: (exchange) =>
      sendJson(
        exchange,
        show(exchange.site, issueToken(exchange.site, exchange.user?.login ?? "")),
      ),
  },
  {
    method: "GET",
    pattern: "/data/services/tokens/issue/user/:login",
    handler: (exchange) => {
      requireAdministrator(exchange);
      const login = exchange.params["login"] ?? "";
      if (!exchange.site.users.has(login)) throw new Refusal(404, `No user ${login}`);
      sendJson(exchange, show(exchange.site, issueToken(exchange.site, login)));
    },
  },
  {
    method: "GET",
    pattern: "/data/services/tokens/show",
    handler: (exchange) =>
      sendJson(
        exchange,
        [...exchange.site.tokens.values()]
          .filter(({ user }) => user === exchange.user?.login)
          .map((token) => show(exchange.site, token)),
      ),
  },
  {
    method: "GET",
    pattern: "/data/services/tokens/validate/:alias",
    handler: () => {
      throw new Refusal(401, "You must specify both token and secret to validate a token.");
    },
  },
  { method: "GET", pattern: "/data/services/tokens/validate/:alias/:secret", handler: validate },
  { method: "GET", pattern: "/data/services/tokens/invalidate/:alias", handler: invalidate },
  {
    method: "GET",
    pattern: "/data/services/tokens/invalidate/:alias/:secret",
    handler: invalidate,
  },
];
