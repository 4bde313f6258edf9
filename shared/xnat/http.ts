import { Readable } from "node:stream";
import { getCACertificates } from "node:tls";
import { type Dispatcher, EnvHttpProxyAgent } from "undici";
import type { Body } from "./connection.ts";
import type { Timeouts } from "./connection-options.ts";
import { wireErrorOf } from "./wire-error.ts";
import { XnatError } from "./xnat-error.ts";

/** One request as it goes over the line. */
export interface WireRequest {
  readonly origin: string;
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Encoded, with query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body | undefined;
  readonly answerWithinMs?: number | undefined;
}

/** The head of an answer and its body, not decoded. Whoever gets it reads or destroys the body. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case; several lines of one name are joined by ", ". Without set-cookie. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Readable;
}

/** Sends requests; knows nothing of XNAT, follows no redirect, repeats nothing. */
export interface Wire {
  /** @throws WireError, or the error of the request's own body */
  send(request: WireRequest): Promise<WireAnswer>;
  /** Drops all sockets. */
  close(): Promise<void>;
}

/** What a wire needs besides requests. */
export interface WireOptions {
  readonly ca?: string | undefined;
  readonly timeouts: Timeouts;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Sockets that are kept open between requests, straight to the server or by the proxies of the environment.
 *
 * @throws XnatError "protocol" for a proxy that is no address
 */
export function openWire({ ca, timeouts, environment }: WireOptions): Wire {
  // `ca` alone would replace the usual certificates.
  const trusted = ca === undefined ? {} : { ca: [...getCACertificates("default"), ca] };
  const tls = { ...trusted, timeout: timeouts.connectMs };
  const agent = new EnvHttpProxyAgent({
    ...proxiesOf(environment),
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
    connectTimeout: timeouts.connectMs,
    bodyTimeout: timeouts.idleMs,
    maxHeaderSize: 65_536,
    // One way of speaking: limits and time-outs are those of single sockets.
    allowH2: false,
    keepAliveTimeout: 10_000,
  });
  return {
    send: (request) => send(agent, request, timeouts),
    close: () => agent.destroy(),
  };
}

async function send(
  agent: Dispatcher,
  request: WireRequest,
  timeouts: Timeouts,
): Promise<WireAnswer> {
  const opened = request.body?.open() ?? null;
  // The body's own failure (a file that is gone) is told from the line's: undici ends a stream with its own errors.
  let own: { readonly error: unknown } | undefined;
  const guarded = async function* (source: Readable): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      own ??= { error };
      throw error;
    }
  };
  try {
    const answer = await agent.request({
      origin: request.origin,
      path: request.path,
      method: request.method,
      headers: {
        ...request.headers,
        ...(request.body === undefined
          ? {}
          : {
              "content-type": request.body.contentType,
              "content-length": String(request.body.length),
            }),
      },
      body: opened instanceof Readable ? Readable.from(guarded(opened)) : opened,
      headersTimeout: request.answerWithinMs ?? timeouts.answerMs,
      bodyTimeout: timeouts.idleMs,
    });
    const { "set-cookie": setCookie, ...headers } = answer.headers;
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]),
      ),
      cookies: setCookie === undefined ? [] : [setCookie].flat(),
      body: answer.body,
    };
  } catch (error) {
    const failure = own;
    if (opened instanceof Readable) opened.destroy();
    throw failure === undefined ? wireErrorOf(error) : failure.error;
  }
}

/** Empty texts, so that nothing else is looked up than what was given. "proxy:3128" means http. */
function proxiesOf(environment: Readonly<Record<string, string | undefined>>): {
  httpProxy: string;
  httpsProxy: string;
  noProxy: string;
} {
  const find = (name: string): string =>
    (environment[name.toLowerCase()] ?? environment[name] ?? "").trim();
  const address = (name: string): string => {
    const text = find(name);
    const url = text === "" || text.includes("://") ? text : `http://${text}`;
    if (url !== "" && !/^(https?|socks5?):$/.test(URL.parse(url)?.protocol ?? "")) {
      throw new XnatError("protocol", {
        method: "CONNECT",
        path: "/",
        found: `${name} is no address of a proxy`,
        hint: "Write it as http://host:port, or leave it empty.",
      });
    }
    return url;
  };
  return {
    httpProxy: address("HTTP_PROXY"),
    httpsProxy: address("HTTPS_PROXY"),
    noProxy: find("NO_PROXY"),
  };
}
