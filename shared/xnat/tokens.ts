import type { Call, XnatConnection } from "./connection.ts";
import { complain, unexpected } from "./judge-answer.ts";
import { invalidated, tokenReport } from "./tokens.schema.ts";
import { isXnatError } from "./xnat-error.ts";

/** Stands for user and password, for two days unless the site says otherwise. */
export interface AliasToken {
  readonly alias: string;
  /** A password: never to be logged or stored. */
  readonly secret: string;
  /** ms since 1970; undefined when the server does not tell. */
  readonly expires: number | undefined;
}

/**
 * A new alias token of the logged-in user.
 *
 * Its answer is read here and not by the connection's `json`, whose errors quote what they do not understand.
 */
export async function issueToken(connection: XnatConnection): Promise<AliasToken> {
  const call: Call = { method: "GET", path: ["data", "services", "tokens", "issue"] };
  const { text } = await connection.text(call);
  const token = tokenReport.safeParse(parse(text));
  if (!token.success) {
    throw complain("protocol", call, {
      found: `no token in ${text.length} characters, which are not quoted`,
      hint: "Check that the site allows alias tokens.",
    });
  }
  const { alias, secret, estimatedExpirationTime: date } = token.data;
  const expires = typeof date === "string" && !/^\d+$/.test(date) ? Date.parse(date) : Number(date);
  return {
    alias,
    secret,
    expires: date === null || date === undefined || Number.isNaN(expires) ? undefined : expires,
  };
}

/** Ends a token; fine when it has ended before. The secret stays out of the address. */
export async function invalidateToken(connection: XnatConnection, alias: string): Promise<void> {
  const call: Call = {
    method: "GET",
    path: ["data", "services", "tokens", "invalidate", alias],
    query: { format: "json" },
  };
  try {
    const { text } = await connection.text(call);
    const answer = invalidated.safeParse(parse(text));
    if (!answer.success || answer.data.result !== "OK") throw unexpected(call, "not OK", text);
  } catch (error) {
    if (!isXnatError(error, "not-found")) throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
