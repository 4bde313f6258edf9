import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket, Server as TcpServer } from "node:net";
import type { ConnectionOptions, RequestEvent } from "#shared/xnat/connection-options.ts";

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
}

/** Answers a request and returns true, or leaves it to the ordinary answers. */
export type Answering = (
  request: IncomingMessage,
  response: ServerResponse,
  server: OddServer,
) => boolean | undefined | Promise<boolean | undefined>;

/** A server with a login like XNAT's, and any oddity a test wants. */
export interface OddServer {
  readonly url: string;
  readonly seen: Seen[];
  readonly logins: () => number;
  /** Sessions the server knows; a test deletes them to let them end. */
  readonly sessions: Set<string>;
  readonly events: RequestEvent[];
  readonly options: ConnectionOptions;
}

export const password = "p4ss&word/öä 'x\"";
export const authorization = `Basic ${Buffer.from(`demo:${password}`).toString("base64")}`;

/** Ends what the server began; give it to afterEach. */
export const servers: (() => Promise<void>)[] = [];

export async function stopServers(): Promise<void> {
  await Promise.all(servers.splice(0).map((stop) => stop()));
}

/** Listens on a free port of this machine and ends all its sockets at stop. */
export async function listen(server: TcpServer, host = "127.0.0.1"): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  servers.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return (server.address() as AddressInfo).port;
}

/** Starts a server with the ordinary answers at /data/JSESSION, /data/auth and 200 "fine" elsewhere. */
export async function startOdd(
  answering: Answering = () => false,
  make: (
    listener: (request: IncomingMessage, response: ServerResponse) => void,
  ) => Server = createServer,
  host = "127.0.0.1",
): Promise<OddServer> {
  const seen: Seen[] = [];
  const sessions = new Set<string>();
  const events: RequestEvent[] = [];
  let logins = 0;
  const server = make((request, response) => {
    seen.push({ method: request.method!, url: request.url!, headers: request.headers });
    request.on("error", () => {});
    // A request may break off while it is read.
    answer(request, response).catch(() => response.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if ((await answering(request, response, odd)) === true) return;
    request.resume();
    const cookie = /JSESSIONID=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
    const path = request.url!.replace(/\?.*/, "");
    if (request.method === "GET" && path.endsWith("/data/JSESSION")) {
      if (request.headers.authorization !== authorization) return end(response, 401, "no");
      const id = `SESSION${String(++logins).padStart(25, "0")}`;
      sessions.add(id);
      response.setHeader("Set-Cookie", [`JSESSIONID=${id}; Path=/; HttpOnly`]);
      return end(response, 200, id);
    }
    if (!sessions.has(cookie)) {
      response.setHeader("Set-Cookie", `JSESSIONID=GUEST${"0".repeat(27)}; Path=/; HttpOnly`);
      return end(response, 401, "<html><body>Log in first</body></html>");
    }
    if (request.method === "DELETE" && path.endsWith("/data/JSESSION")) sessions.delete(cookie);
    end(response, 200, path.endsWith("/data/auth") ? "User 'demo' is logged in" : "fine");
  };
  const port = await listen(server, host);
  const odd: OddServer = {
    url: `${make === createServer ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    seen,
    logins: () => logins,
    sessions,
    events,
    get options() {
      return {
        url: odd.url,
        user: "demo",
        password,
        environment: {},
        retries: { baseMs: 1, capMs: 2 },
        log: (event: RequestEvent) => events.push(event),
      };
    },
  };
  return odd;
}

export function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(text);
}

/** Error of a promise that must reject. */
export async function refusalOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it was not refused");
}
