import { test } from "vitest";
import { type SimulatedXnat, startXnat } from "../start-xnat.ts";

// Contract tests run against the simulator or, with XNAT_HOST, XNAT_USER and XNAT_PASS set, against a live server. They use plain
// fetch, not our client: what they show is what a server does.

/** What a test cannot do without. */
export type Need =
  | "admin"
  | "secondUser"
  | "roi"
  | "containers"
  | "docker"
  /** Clock, faults, switches of the site. */
  | "simOnly"
  /** Something is deleted: on a live server only with XNAT_ALLOW_DELETE=1. */
  | "delete"
  /** Only with XNAT_SLOW=1. */
  | "slow"
  /** JSON custom fields, XNAT 1.8.8. */
  | "customFields";

export type Who = "user" | "second" | "admin" | "nobody";

export interface Asked {
  /** "user" unless it says otherwise: the owner of the projects made here. */
  readonly as?: Who;
  /** Name and password with each request, no cookie. */
  readonly basic?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  /** Whole Set-Cookie lines. */
  readonly cookies: readonly string[];
  readonly text: string;
  readonly bytes: Buffer;
}

interface Account {
  readonly login: string;
  readonly password: string;
}

export interface Target {
  readonly isLive: boolean;
  readonly url: string;
  /** Only for tests that need "simOnly". */
  readonly simulated: SimulatedXnat;
  account(who: Exclude<Who, "nobody">): Account;
  has(need: Need): boolean;
  ask(method: string, path: string, asked?: Asked): Promise<Reply>;
  /** Id of a project that belongs to "user", made now; gone when the tests end. */
  makeProject(): Promise<string>;
  /** Takes note of an id below /data/experiments or /data/subjects that a test made, so that it may change it. */
  own(accessionId: string): string;
  close(): Promise<void>;
}

const agent = "xnat-pic-contract/1";

export const basicHeader = ({ login, password }: Account): string =>
  `Basic ${Buffer.from(`${login}:${password}`).toString("base64")}`;

function accountOf(user: string | undefined, password: string | undefined): Account | undefined {
  return user === undefined || password === undefined ? undefined : { login: user, password };
}

/** On a live server nothing is changed but what was made here. */
function requireHarmless(path: string, made: ReadonlySet<string>): void {
  const plain = path.replace(/\?.*$/s, "").replace(/^\/data\/archive\//, "/data/");
  if (/^\/data\/(JSESSION|services\/auth)$/.test(plain)) return;
  const [, named] =
    /^(?:\/data|\/data\/prearchive|\/xapi\/custom-fields)\/(?:projects|subjects|experiments)\/([^/]+)/.exec(
      plain,
    ) ?? [];
  const imported = plain === "/data/services/import" ? /[?&]PROJECT_ID=([^&]+)/.exec(path) : null;
  const id = named ?? imported?.[1];
  if (id !== undefined && made.has(id)) return;
  throw new Error(`a test would change ${plain} on a live server, which it did not make`);
}

const environment = process.env;
const prefix = environment["XNAT_PROJECT_PREFIX"] ?? "ZZTEST_";

/** The server that the tests of a file talk to. */
export async function openTarget(): Promise<Target> {
  const liveUser = accountOf(environment["XNAT_USER"], environment["XNAT_PASS"]);
  const host = environment["XNAT_HOST"];
  const isLive = host !== undefined && liveUser !== undefined;
  const simulated = isLive ? undefined : await startXnat();
  const url = isLive ? host.replace(/\/$/, "") : (simulated?.url ?? "");
  const named = (login: string): Account => ({ login, password: login });
  const accounts = isLive
    ? {
        user: liveUser,
        second: accountOf(environment["XNAT_SECOND_USER"], environment["XNAT_SECOND_PASS"]),
        admin: accountOf(environment["XNAT_ADMIN_USER"], environment["XNAT_ADMIN_PASS"]),
      }
    : { user: named("owner"), second: named("outsider"), admin: named("admin") };
  const made = new Set<string>();
  const projects: string[] = [];
  const cookies = new Map<Who, string>();

  const account: Target["account"] = (who) => {
    const found = accounts[who];
    if (found === undefined) throw new Error(`no account for ${who}`);
    return found;
  };
  const send = async (method: string, path: string, asked: Asked): Promise<Reply> => {
    const response = await fetch(url + path, {
      method,
      redirect: "manual",
      headers: { "User-Agent": agent, ...asked.headers },
      ...(asked.body === undefined ? {} : { body: asked.body }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return {
      status: response.status,
      type: response.headers.get("content-type") ?? "",
      headers: response.headers,
      cookies: response.headers.getSetCookie(),
      text: bytes.toString("utf8"),
      bytes,
    };
  };
  const cookieOf = async (who: Exclude<Who, "nobody">): Promise<string> => {
    const known = cookies.get(who);
    if (known !== undefined) return known;
    const headers = { Authorization: basicHeader(account(who)) };
    const { cookies: set } = await send("GET", "/data/JSESSION", { headers });
    const cookie = set.map((line) => line.split(";")[0]).join("; ");
    cookies.set(who, cookie);
    return cookie;
  };
  const ask: Target["ask"] = async (method, path, asked = {}) => {
    if (isLive && method !== "GET") requireHarmless(path, made);
    const who = asked.as ?? "user";
    const headers: Record<string, string> = {};
    if (asked.basic === true && who !== "nobody") {
      headers["Authorization"] = basicHeader(account(who));
    } else if (who !== "nobody") headers["Cookie"] = await cookieOf(who);
    return send(method, path, { ...asked, headers: { ...headers, ...asked.headers } });
  };
  const met: Record<Need, boolean> = {
    admin: accounts.admin !== undefined,
    secondUser: accounts.second !== undefined,
    roi: !isLive || environment["XNAT_ROI"] === "1",
    containers: false,
    docker: environment["XNAT_DOCKER"] === "1",
    simOnly: !isLive,
    delete: !isLive || environment["XNAT_ALLOW_DELETE"] === "1",
    slow: environment["XNAT_SLOW"] === "1",
    customFields: !isLive || environment["XNAT_CUSTOM_FIELDS"] !== "0",
  };
  // Without the Container Service the route does not exist; without its roles it refuses.
  met.containers = (await ask("GET", "/xapi/commands")).status !== 404;
  return {
    isLive,
    url,
    get simulated() {
      if (simulated === undefined) throw new Error("this test needs simOnly");
      return simulated;
    },
    account,
    has: (need) => met[need],
    ask,
    makeProject: async () => {
      const id = `${prefix}${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;
      made.add(id);
      const { status, text } = await ask("PUT", `/data/projects/${id}?accessibility=private`);
      if (status !== 200 && status !== 201) throw new Error(`no project: ${status} ${text}`);
      projects.push(id);
      return id;
    },
    own: (accessionId) => {
      made.add(accessionId.trim());
      return accessionId.trim();
    },
    close: async () => {
      if (met.delete) {
        for (const id of projects) await ask("DELETE", `/data/projects/${id}?removeFiles=true`);
      }
      await simulated?.stop();
    },
  };
}

export type Rule = (
  id: string,
  claim: string,
  needs: readonly Need[],
  check: () => Promise<void>,
) => void;

/** Tests named by the id of their rule; one whose needs are not met is skipped and says why. */
export const rulesOf =
  (target: Target): Rule =>
  (id, claim, needs, check) => {
    test(`${id}: ${claim}`, async ({ skip }) => {
      const missing = needs.filter((need) => !target.has(need));
      if (missing.length > 0) skip(`needs ${missing.join(", ")}`);
      await check();
    });
  };

/** Rows of a list answered as JSON. */
export function rowsOf(reply: Reply): readonly Readonly<Record<string, string>>[] {
  return (JSON.parse(reply.text) as { ResultSet: { Result: readonly Record<string, string>[] } })
    .ResultSet.Result;
}
