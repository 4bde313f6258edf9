import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openClock } from "./clock.ts";
import { seededRandom } from "./random.ts";
import type { Clock, Site, SiteOptions, User } from "./site.ts";

/** An XNAT as it is installed: sessions of 15 min, tokens of 2 days, checksums on. */
export const defaultOptions: SiteOptions = {
  version: "1.8.10",
  containerService: "3.7.3",
  roiPlugin: true,
  checksums: true,
  contextPath: "",
  changeJustification: false,
  sessionLimit: 1000,
  sessionMinutes: 15,
  tokenMinutes: 2 * 24 * 60,
  seed: 1,
};

/** A user whose password is the login name: this is a server for tests. */
export function createUser(login: string, roles: User["roles"] = []): User {
  return { login, password: login, roles, enabled: true, failedLogins: 0, lockedUntil: 0 };
}

/** An empty site below `root` with the users admin, owner, member, collab and outsider. */
export function createSite(
  root: string,
  options: Partial<SiteOptions> = {},
  clock: Clock = openClock(),
): Site {
  const all = { ...defaultOptions, ...options };
  const numbers = new Map<string, number>();
  for (const folder of ["archive", "prearchive", "cache", "build"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const users = [
    createUser("admin", ["SiteAdmin", "ContainerManager"]),
    ...["owner", "member", "collab", "outsider"].map((login) => createUser(login)),
  ];
  return {
    options: all,
    root,
    clock,
    random: seededRandom(all.seed),
    url: "",
    processingUrl: "",
    users: new Map(users.map((user) => [user.login, user])),
    httpSessions: new Map(),
    tokens: new Map(),
    projects: new Map(),
    subjects: new Map(),
    sessions: new Map(),
    deletedProjectIds: new Set(),
    prearchive: [],
    workflows: new Map(),
    commands: new Map(),
    siteWrappers: new Set(),
    containers: new Map(),
    nextId: (kind) => {
      const next = (numbers.get(kind) ?? 0) + 1;
      numbers.set(kind, next);
      return next;
    },
  };
}
