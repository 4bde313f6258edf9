import type { Readable } from "node:stream";

/** Bytes to send: their length is always known (XNAT refuses bodies without), and they can be opened again for a repeat. */
export interface Body {
  readonly contentType: string;
  readonly length: number;
  open(): Readable | Uint8Array;
}

/** One request to XNAT. */
export interface Call {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /**
   * Segments below the site, not encoded: ["data", "experiments", "XNAT_E00001"]. A segment holds no slash: a file in a folder
   * is several segments. A last segment "" ends the path with a slash.
   */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Body;
  /**
   * Whether sending it twice does no harm, so that it may be sent again after a broken connection or an overloaded
   * server. GET and DELETE are; PUT and POST only where the caller says so.
   */
  readonly repeatable?: boolean;
  /** Statuses besides 2xx that are an answer for the caller rather than an error: [404], [409]. */
  readonly accept?: readonly number[];
  /** Time until the first byte of the answer, ms; 60,000 unless it says otherwise. */
  readonly answerWithinMs?: number;
}

/** The head of an answer. Names of headers in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

export interface TextAnswer extends Answer {
  readonly text: string;
}

/** What tells a wire format from anything else: a zod schema of a `*.schema.ts` file is one. */
export interface Shape<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly message: string } };
}

/** A logged-in line to one XNAT. Every method throws XnatError (shared/xnat/xnat-error.ts) and nothing else on purpose. */
export interface XnatConnection {
  /** Of the site, with its context path, without credentials and without a slash at the end. */
  readonly baseUrl: string;
  /** Login name; of an alias token the name of its user where the server tells it. */
  readonly user: string;
  /** The whole answer as text, at most 16 MiB unless `limitBytes` says otherwise. */
  text(call: Call, limitBytes?: number): Promise<TextAnswer>;
  /** The answer as JSON of a known shape; anything else (HTML, other keys) is XnatError "protocol" that quotes it. */
  json<T>(call: Call, shape: Shape<T>, limitBytes?: number): Promise<T>;
  /**
   * The body as a stream, while `use` runs; what is left of it is thrown away. A body that breaks off or stalls rejects `use`'s
   * reading with XnatError "transient". Repeats of the head are the connection's, repeats of the body the caller's.
   */
  stream<T>(call: Call, use: (body: Readable, answer: Answer) => Promise<T>): Promise<T>;
  /** Ends the session on the server and closes the sockets. Never throws. */
  close(): Promise<void>;
}
