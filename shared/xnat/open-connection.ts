import { peekStart, readStart } from "./answer-body.ts";
import { mayRepeat, recognizePage } from "./classify-answer.ts";
import { realClock } from "./clock.ts";
import type { Call, Shape, TextAnswer, XnatConnection } from "./connection.ts";
import { type ConnectionOptions, defaultTimeouts } from "./connection-options.ts";
import { openCookies } from "./cookies.ts";
import { openWire } from "./http.ts";
import { openLine, type Reply } from "./line.ts";
import { makeRedact } from "./redact.ts";
import { repeat, type Setback, type Tried } from "./repeat.ts";
import { defaultRetries, shareRetries } from "./retry.ts";
import { makeSend } from "./send-call.ts";
import { openSession } from "./session.ts";
import { parseSiteAddress, type SiteAddress, writeSiteAddress } from "./site-address.ts";
import { openSlots } from "./slots.ts";
import { XnatError } from "./xnat-error.ts";

const defaultTextBytes = 16 * 1024 * 1024;
const defaultUserAgent = "xnat-pic/0.1";

/**
 * Logs in to an XNAT: once, by Basic; from then on with the session's cookie, renewed when it ends.
 *
 * Credentials go to the host of `url` and nowhere else, and are in no error and no log event.
 *
 * @throws UsageError E-NO-SERVER for an address that is none; XnatError "auth", "token-ended" when the login is refused,
 * "protocol" when there is no XNAT, "transient" or "proxy" when it cannot be reached
 */
export async function openConnection(options: ConnectionOptions): Promise<XnatConnection> {
  let site = parseSiteAddress(options.url);
  const clock = options.clock ?? realClock;
  const cookies = openCookies(new URL(site.origin).hostname);
  const environment = options.environment ?? process.env;
  const own = secretsOf(options, environment);
  const recent = new Set<string>();
  const redact = makeRedact(() => [...own, ...cookies.secrets(), ...recent]);
  const userAgent = options.userAgent ?? defaultUserAgent;
  if (!/^[\w.-]+\/[\w.-]+$/.test(userAgent) || /MSIE|Mozilla|AppleWebKit|Opera/i.test(userAgent)) {
    throw new Error(`"${userAgent}" is no user agent for XNAT`);
  }
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const wire = openWire({
    ca: options.ca,
    timeouts,
    environment,
  });
  const line = openLine({
    wire,
    site: () => site,
    redact,
    clock,
    userAgent,
    log: options.log ?? (() => {}),
    pace: timeouts,
  });
  const retries = shareRetries(
    { ...defaultRetries, ...options.retries },
    options.random ?? Math.random,
  );
  const stop = new AbortController();
  const repeats = { retries, clock, stopped: stop.signal };
  const session = openSession({
    line,
    cookies,
    clock,
    user: options.user,
    password: options.password,
    site: () => site,
    move: (next: SiteAddress) => {
      site = next;
    },
    hide(secret) {
      recent.add(secret);
      // A server may set another cookie with each answer; those of the jar are known anyway.
      if (recent.size > 100) recent.delete(recent.values().next().value ?? "");
    },
    repeat: (once) => repeat(repeats, true, once),
  });
  const slots = openSlots(options.connections ?? 4);
  const bodies = openSlots(Math.max(8, 4 * (options.connections ?? 4)));
  const send = makeSend({ line, session, cookies, clock, user: options.user });

  const perform = async <T>(call: Call, read: (reply: Reply) => Promise<Tried<T>>): Promise<T> => {
    if (stop.signal.aborted) throw new Error("The connection is closed.");
    return repeat(repeats, mayRepeat(call), (attempt) =>
      slots.run(() => send(call, attempt, read)),
    );
  };

  const close = async (): Promise<void> => {
    if (stop.signal.aborted) return;
    stop.abort();
    await session.end();
    await wire.close().catch(() => {});
  };

  const text: XnatConnection["text"] = (call, limitBytes = defaultTextBytes) =>
    perform(call, async (reply): Promise<Tried<TextAnswer>> => {
      const { text, cut } = await readStart(reply.opened, limitBytes);
      const { status, headers } = reply;
      const refuse = (kind: "too-large" | "protocol", found: string): Tried<never> => ({
        setback: { error: line.refuse(call, kind, { status, text: cut ? "" : text, found }) },
      });
      if (cut) return refuse("too-large", `the answer has more than ${limitBytes} bytes`);
      const page = status < 300 ? recognizePage(text) : undefined;
      if (page === "login") return { setback: notLoggedIn(call, reply) };
      if (page === "html") return refuse("protocol", "an HTML page came instead of an answer");
      reply.end();
      return { value: { status, headers, text } };
    });

  const notLoggedIn = (call: Call, { status }: Reply): Setback => ({
    error: line.refuse(call, "auth", { status, rule: "A2", found: "XNAT shows its login page" }),
    notLoggedIn: true,
  });

  const json: XnatConnection["json"] = async <T>(
    call: Call,
    shape: Shape<T>,
    limitBytes?: number,
  ) => {
    const answer = await text(call, limitBytes);
    const refuse = (found: string): XnatError =>
      line.refuse(call, "protocol", { status: answer.status, text: answer.text, found });
    let value: unknown;
    try {
      value = JSON.parse(answer.text);
    } catch {
      throw refuse("the answer is no JSON");
    }
    let parsed: ReturnType<typeof shape.safeParse>;
    try {
      parsed = shape.safeParse(value);
    } catch (error) {
      // Shapes that contain themselves end with the stack when the answer is nested without end.
      if (!(error instanceof RangeError)) throw error;
      throw refuse("the answer is nested too deep");
    }
    if (parsed.success) return parsed.data;
    const reason = redact(parsed.error.message.slice(0, 2_000)).slice(0, 200);
    throw refuse(`the answer has another form than known (${reason})`);
  };

  const stream: XnatConnection["stream"] = (call, use) =>
    bodies.run(async () => {
      const reply = await perform(call, async (reply): Promise<Tried<Reply>> => {
        if (!/^text\/html\b/i.test(reply.headers["content-type"] ?? "")) return { value: reply };
        const start = await peekStart(reply.opened);
        return recognizePage(start) === "login" && reply.status < 300
          ? { setback: notLoggedIn(call, reply) }
          : { value: reply };
      });
      const { status, headers, opened } = reply;
      try {
        const result = await use(opened.body, { status, headers });
        reply.end();
        return result;
      } catch (error) {
        reply.end(error instanceof XnatError ? error.kind : undefined);
        throw error;
      }
    });

  try {
    await session.renew(0);
    const user = await readUser({ text }, options.user);
    return {
      get baseUrl() {
        return writeSiteAddress(site);
      },
      user,
      text,
      json,
      stream,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What must not be seen: the password as such and as a header, and the password of a proxy. */
function secretsOf(
  { url, user, password }: ConnectionOptions,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const basic = Buffer.from(`${user}:${password}`, "utf8").toString("base64");
  const addresses = [
    url,
    ...["HTTPS_PROXY", "HTTP_PROXY"].map(
      (name) => environment[name] ?? environment[name.toLowerCase()],
    ),
  ];
  const others = addresses.map((address) => URL.parse(address ?? "")?.password ?? "");
  return [password, basic, ...others.flatMap((secret) => [secret, decode(secret)])].filter(
    (secret) => secret !== "",
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Name of the user who is logged in: of an alias token that of its owner. A guest is nobody. */
async function readUser({ text }: Pick<XnatConnection, "text">, user: string): Promise<string> {
  const answer = await text({ method: "GET", path: ["data", "auth"], accept: [403, 404] });
  const name = /^User '([^']{1,200})' is logged in/.exec(answer.text.trim())?.[1] ?? user;
  if (name !== "guest" || user === "guest") return name;
  throw new XnatError("auth", {
    method: "GET",
    path: "/data/auth",
    status: answer.status,
    rule: "A1",
    found: "the site takes us for a guest",
    hint: "Does a proxy before XNAT remove the Authorization header?",
  });
}
