import type { IncomingMessage, ServerResponse } from "node:http";
import type { FaultAction, FaultName } from "./faults.ts";
import type { Site, User } from "./site.ts";

/** One request being answered. */
export interface Exchange {
  readonly site: Site;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** Path below the site without context path and without /archive or /REST spelling, still encoded: "/data/projects/P". */
  readonly path: string;
  /** Decoded groups of the route's pattern. */
  readonly params: Readonly<Record<string, string>>;
  /** Query and, for form bodies, the body: names as sent, first value. All values of one name: `all(name)`. */
  query(name: string): string | undefined;
  all(name: string): readonly string[];
  readonly queryNames: readonly string[];
  /** Who asks; undefined for a guest (only on routes that allow guests). */
  readonly user: User | undefined;
  readonly httpSessionId: string;
  /** Marks the request log with a rule of knowledge (A1, U2, ...). */
  touch(rule: string): void;
  /** The fault of this kind that hits this request, if any: `exchange.fault("diskFull")?.afterBytes`. */
  fault<N extends FaultName>(name: N): Extract<FaultAction, { name: N }> | undefined;
}

/** Answers one kind of request. Throwing Refusal answers with XNAT's error page. */
export type Handler = (exchange: Exchange) => void | Promise<void>;

export interface Route {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /**
   * Segments joined by "/": "/data/projects/:project/subjects/:subject"; ":rest*" at the end takes all remaining
   * segments (decoded, joined by "/"). All spellings below /data/archive and /REST are the server's business.
   */
  readonly pattern: string;
  readonly handler: Handler;
  /** Answered without login. */
  readonly guest?: boolean;
}

/** An error answer: status and text, as HTML page below /data and as plain text below /xapi. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, text: string, headers: Readonly<Record<string, string>> = {}) {
    super(text);
    this.status = status;
    this.headers = headers;
  }
}

/** Sends a whole answer. */
export function send(
  { response }: Exchange,
  status: number,
  contentType: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : body;
  response.writeHead(status, {
    ...headers,
    "Content-Type": contentType,
    "Content-Length": bytes.length,
  });
  response.end(bytes);
}

export function sendJson(exchange: Exchange, value: unknown, status = 200): void {
  send(exchange, status, "application/json", JSON.stringify(value));
}
