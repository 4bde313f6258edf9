/** Why no whole answer came. */
export type WireErrorKind = "transient" | "proxy" | "protocol" | "validation";

/** A request that got no answer, or half of one. Says nothing of its headers. */
export class WireError extends Error {
  readonly kind: WireErrorKind;
  /** Whether the server may have begun to act on the request. */
  readonly maySent: boolean;
  /** What to do, where it is known. */
  readonly hint: string | undefined;
  /** Name of the failure in the system or in the HTTP library: ECONNRESET. */
  readonly code: string;

  constructor(kind: WireErrorKind, found: string, maySent: boolean, hint?: string, code = "") {
    super(found);
    this.name = "WireError";
    this.kind = kind;
    this.maySent = maySent;
    this.hint = hint;
    this.code = code;
  }
}

const notReached = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens at this address",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name of the host could not be looked up",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed while sending",
  ETIMEDOUT: "the connection timed out",
  UND_ERR_CONNECT_TIMEOUT: "the server could not be reached in time",
  UND_ERR_HEADERS_TIMEOUT: "no answer came in time",
  UND_ERR_BODY_TIMEOUT: "the answer stalled",
  UND_ERR_SOCKET: "the connection was closed before the answer was complete",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the answer ended early",
  UND_ERR_HEADERS_OVERFLOW: "the head of the answer is too long",
};

/** What to do about a certificate or TLS, by the code of the failure; the last fits all others. */
const tlsHints: readonly (readonly [RegExp, string])[] = [
  [/EXPIRED|NOT_YET_VALID/, "Ask the site to renew it, and look at this machine's clock."],
  [/ALTNAME/, "Use the name the certificate is made for."],
  [/SSL|^EPROTO$/, "Does the site speak https at this port? If it does not, write http://."],
  [/^/, "Set NODE_EXTRA_CA_CERTS to a file with the certificate of its issuer (PEM)."],
];

/**
 * What an error of the HTTP library, of TLS or of the system means.
 *
 * @param inBody - after the head: then it spoke HTTP, and whatever is wrong came on the way
 */
export function wireErrorOf(error: unknown, inBody = false): WireError {
  if (error instanceof WireError) return error;
  const { code = "", message = "" } = innermost(error);
  const found = words[code];
  if (notReached.has(code))
    return new WireError("transient", found ?? code, false, undefined, code);
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|^EPROTO$/.test(code)) {
    const [, hint] = tlsHints.find(([pattern]) => pattern.test(code)) ?? [];
    return new WireError(
      "protocol",
      `the server's certificate or TLS is not accepted (${code})`,
      false,
      hint,
      code,
    );
  }
  if (/proxy/i.test(message)) {
    const status = /\((\d{3})\)/.exec(message)?.[1];
    const refused = status === "407" ? "the proxy asks for a login" : "the proxy did not connect";
    const about = status === undefined ? "" : ` (${status})`;
    // 403 and 407 are decisions; 502 to 504 of a proxy pass.
    const lasts = status !== undefined && Number(status) < 500;
    return lasts
      ? new WireError(
          "protocol",
          refused + about,
          false,
          "Correct HTTPS_PROXY, HTTP_PROXY or NO_PROXY.",
          code,
        )
      : new WireError("proxy", refused + about, false, undefined, code);
  }
  if (code === "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH") {
    const hint = "Does another program still write it?";
    return new WireError(
      "validation",
      "what was sent is not as long as announced",
      true,
      hint,
      code,
    );
  }
  const isGarbled = error instanceof Error && error.name === "HTTPParserError";
  if (!inBody && (isGarbled || code === "UND_ERR_HEADERS_OVERFLOW")) {
    return new WireError("protocol", found ?? "the answer is no HTTP", true, undefined, code);
  }
  if (/^Z_|^ERR__?ZLIB|^ERR__?BROTLI/.test(code)) {
    return new WireError(
      "transient",
      "the compressed answer is damaged or ended early",
      true,
      undefined,
      code,
    );
  }
  return new WireError(
    "transient",
    found ?? `the connection failed (${code || "closed"})`,
    true,
    undefined,
    code,
  );
}

/** The first error with a code, inside those that wrap others. */
function innermost(error: unknown): { code: string; message: string } {
  const messages: string[] = [];
  let code = "";
  let at: unknown = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth++) {
    const {
      message,
      cause,
      code: own,
      errors,
    } = at as NodeJS.ErrnoException & { errors?: unknown };
    messages.push(message);
    if (typeof own === "string") code = own;
    // Several addresses of a host that all refuse are one error with many.
    at = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return { code, message: messages.join(" ") };
}
