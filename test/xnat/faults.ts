/** What goes wrong. Those marked "asked" are carried out by the handler that asks `exchange.fault(name)`. */
export type FaultAction =
  /** Waits before the request is handled. */
  | { readonly name: "latency"; readonly ms: number; readonly jitterMs?: number }
  /** The body of the answer comes at this speed. */
  | { readonly name: "slowBody"; readonly bytesPerSecond: number }
  /** The answer stops after so many bytes of body and never goes on. */
  | { readonly name: "stallAfter"; readonly bytes: number }
  /** Another status in place of the answer; `afterWork`: the request is carried out all the same (proxy time-outs). */
  | {
      readonly name: "status";
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly afterWork?: boolean;
    }
  /** The connection breaks: before the work, after it without a byte of answer, after bytes of the answer or of the request. */
  | { readonly name: "reset"; readonly when: "before" | "afterWork" }
  | { readonly name: "reset"; readonly when: "answer" | "request"; readonly bytes: number }
  | { readonly name: "expireSession" }
  /** Ends the token that the session was opened with, and the session. */
  | { readonly name: "expireToken" }
  | { readonly name: "lockUser" }
  | { readonly name: "loginHtml200" }
  /** A8: answers set ever more cookies; 400 once the Cookie header passes 8 KB. */
  | { readonly name: "cookieGrowth"; readonly bytes: number }
  | { readonly name: "redirect"; readonly to: string; readonly status?: number }
  /** JSON or text replaced by a page with status 200. */
  | { readonly name: "html200"; readonly body?: string }
  /** Asked by uploads: 200, nothing stored. */
  | { readonly name: "silent200" }
  /** Asked by uploads: stored, then lost. */
  | { readonly name: "dropStored" }
  /** Asked by zip answers: the last bytes are missing, without a broken connection. */
  | { readonly name: "truncateZip"; readonly bytes: number }
  | { readonly name: "corruptZip" }
  /** Asked by lists of files. */
  | { readonly name: "noDigest" }
  | { readonly name: "staleCatalog" }
  /** Asked by uploads: 500 after so many bytes, the part stays. */
  | { readonly name: "diskFull"; readonly afterBytes: number }
  | { readonly name: "duplicateResourceRace"; readonly ms: number }
  /** Asked by extract: stops after so many entries. */
  | { readonly name: "extractStops"; readonly after: number }
  | { readonly name: "emptyImport" }
  /** Asked by imports: the series of this UID is dropped without a word (I9). */
  | { readonly name: "filterSeries"; readonly uid: string }
  | { readonly name: "lockPrearchive" }
  | { readonly name: "archiveSlow"; readonly seconds: number }
  | { readonly name: "archiveFails"; readonly text: string }
  /** Asked by lists: the order differs again. */
  | { readonly name: "reorder" }
  /** Asked by the life of a container. */
  | { readonly name: "queueStuck" }
  | { readonly name: "containerLost" }
  | { readonly name: "logsEmpty" };

export type FaultName = FaultAction["name"];

/** Which requests it hits. All that is said must hold. */
export interface FaultMatch {
  readonly method?: string;
  /** Glob on the path as it was sent, without query: "/data/experiments/**". "*" stays in a segment, "**" does not. */
  readonly path?: string;
  /** Only the nth matching request, from 1. */
  readonly nth?: number;
  /** Each nth matching request. */
  readonly every?: number;
  /** At most so many. */
  readonly times?: number;
  /** Chance in (0, 1], drawn from the site's seed. */
  readonly chance?: number;
  readonly user?: string;
}

export interface Fault {
  readonly match: FaultMatch;
  readonly action: FaultAction;
}

/** The faults of one server; counts which requests they have seen. */
export interface FaultPlan {
  add(fault: Fault): void;
  clear(): void;
  /** The actions that hit this request. Counts it. */
  hit(method: string, path: string, user: string | undefined): readonly FaultAction[];
}

function globOf(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`);
}

export function openFaultPlan(random: () => number, first: readonly Fault[] = []): FaultPlan {
  const armed: {
    readonly fault: Fault;
    readonly path: RegExp | undefined;
    seen: number;
    done: number;
  }[] = [];
  const add = (fault: Fault): void => {
    const { path } = fault.match;
    armed.push({ fault, path: path === undefined ? undefined : globOf(path), seen: 0, done: 0 });
  };
  first.forEach(add);
  return {
    add,
    clear: () => {
      armed.length = 0;
    },
    hit: (method, path, user) =>
      armed
        .filter((one) => {
          const { match } = one.fault;
          if (match.method !== undefined && match.method !== method) return false;
          if (one.path?.test(path) === false) return false;
          if (match.user !== undefined && match.user !== user) return false;
          one.seen++;
          if (match.nth !== undefined && one.seen !== match.nth) return false;
          if (match.every !== undefined && one.seen % match.every !== 0) return false;
          if (match.times !== undefined && one.done >= match.times) return false;
          if (match.chance !== undefined && random() >= match.chance) return false;
          one.done++;
          return true;
        })
        .map(({ fault }) => fault.action),
  };
}

/** Ready plans (knowledge of real installations: proxies, overload, short sessions). */
export const faultPlans: Readonly<
  Record<"calm" | "flaky" | "proxy60" | "hostile", readonly Fault[]>
> = {
  calm: [],
  flaky: [
    { match: { chance: 0.01 }, action: { name: "reset", when: "before" } },
    { match: { chance: 0.02 }, action: { name: "status", status: 503 } },
    { match: {}, action: { name: "latency", ms: 0, jitterMs: 200 } },
  ],
  proxy60: [
    {
      match: { method: "PUT", chance: 0.05 },
      action: { name: "status", status: 504, afterWork: true },
    },
    {
      match: { method: "POST", chance: 0.05 },
      action: { name: "status", status: 504, afterWork: true },
    },
  ],
  // Each silent fault once: a client that believes a 200 loses a file.
  hostile: [
    { match: { method: "PUT", path: "**/files/**", nth: 2 }, action: { name: "silent200" } },
    { match: { method: "PUT", path: "**/files/**", nth: 4 }, action: { name: "dropStored" } },
    { match: { path: "**/files", nth: 3 }, action: { name: "noDigest" } },
    { match: { path: "**/files", nth: 5 }, action: { name: "truncateZip", bytes: 100 } },
    { match: { path: "**/files", nth: 7 }, action: { name: "corruptZip" } },
    { match: { path: "**/files", nth: 9 }, action: { name: "html200" } },
    { match: { nth: 11 }, action: { name: "loginHtml200" } },
    { match: { nth: 13 }, action: { name: "expireSession" } },
  ],
};

/** Options of a site where sessions and tokens end while work is going on. */
export const expiringSite = { sessionMinutes: 2, tokenMinutes: 10 } as const;
