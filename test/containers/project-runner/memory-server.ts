import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ListedScan } from "#containers/project-runner/item.ts";
import type {
  LocalFile,
  Place,
  ProjectServer,
  RemoteFile,
} from "#containers/project-runner/project-server.ts";
import { XnatError, type XnatErrorKind } from "#shared/xnat/xnat-error.ts";

/** A project in memory: what XNAT holds, and nothing of a run. */
export interface Site {
  readonly project: string;
  readonly scans: ListedScan[];
  readonly collections: { sessionId: string; assessorId: string; label: string }[];
  /** DICOM attributes by "session/scan". */
  readonly attributes: Map<string, Record<string, string>>;
  /** `place/label` -> path -> bytes. */
  readonly resources: Map<string, Map<string, Buffer>>;
}

/** What goes wrong at the n-th request, counted from 0. */
export interface Mishap {
  readonly at: number;
  /**
   * `kill-...`: the runner dies before, in the middle of, or after the request: nothing comes back any more. `silent`: the server says
   * yes and does nothing. Else the error, after half of the effect (`half-`) or none.
   */
  readonly what:
    | "kill-before"
    | "kill-half"
    | "kill-after"
    | "silent"
    | "half-transient"
    | XnatErrorKind;
}

/** A server on a site, for one life of the runner. */
export interface MemoryServer extends ProjectServer {
  /** Resolves when the runner was killed. */
  readonly killed: Promise<void>;
  /** Requests so far, by name. */
  readonly requests: string[];
}

export function emptySite(project = "RATT1"): Site {
  return {
    ...{ project, scans: [], collections: [], attributes: new Map(), resources: new Map() },
  };
}

export function placeKey(place: Place): string {
  if (place.kind === "scan") return `${place.sessionId}/${place.scanId}`;
  if (place.kind === "assessor") return `${place.sessionId}/${place.assessorId}`;
  return place.kind === "session" ? place.sessionId : place.kind;
}

/** Puts files into a resource. */
export function put(site: Site, place: Place, label: string, files: Record<string, string>): void {
  const key = `${placeKey(place)}/${label}`;
  const own = site.resources.get(key) ?? new Map<string, Buffer>();
  for (const [path, text] of Object.entries(files)) own.set(path, Buffer.from(text));
  site.resources.set(key, own);
}

/** A copy that shares nothing. */
export function cloneSite(site: Site): Site {
  return {
    ...site,
    resources: new Map([...site.resources].map(([key, files]) => [key, new Map(files)])),
  };
}

export function openMemoryServer(site: Site, mishaps: readonly Mishap[] = []): MemoryServer {
  const requests: string[] = [];
  const never = new Promise<never>(() => {});
  let dead = false;
  let die = () => {};
  const killed = new Promise<void>((resolve) => {
    die = resolve;
  });
  const end = (): Promise<never> => {
    dead = true;
    die();
    return never;
  };
  /** One request: `effect` is all of it, `half` what a request that breaks off leaves. */
  const ask = async <T>(name: string, effect: () => T, half: () => void = () => {}): Promise<T> => {
    const step = requests.push(name) - 1;
    await Promise.resolve();
    if (dead) return never;
    const what = mishaps.find(({ at }) => at === step)?.what;
    if (what === undefined) return effect();
    if (what === "kill-before") return end();
    if (what === "kill-half") {
      half();
      return end();
    }
    if (what === "kill-after") {
      effect();
      return end();
    }
    if (what === "silent") return name.startsWith("upload") ? (undefined as T) : effect();
    if (what === "half-transient") half();
    const kind = what === "half-transient" ? "transient" : what;
    throw new XnatError(kind, { method: "GET", path: `/${name}` });
  };
  const list = (place: Place, label: string): RemoteFile[] | undefined => {
    const files = site.resources.get(`${placeKey(place)}/${label}`);
    if (files === undefined) return undefined;
    return [...files].map(([path, bytes]) => ({ path, size: bytes.length, digest: md5(bytes) }));
  };
  const store = (place: Place, label: string, files: readonly LocalFile[], cut = false) => {
    const key = `${placeKey(place)}/${label}`;
    const own = site.resources.get(key) ?? new Map<string, Buffer>();
    site.resources.set(key, own);
    for (const { path, source } of files) {
      const bytes = typeof source === "string" ? readFileSync(source) : Buffer.from(source);
      own.set(path, cut ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes);
    }
  };
  async function* stream<T>(name: string, all: readonly T[]): AsyncGenerator<T> {
    yield* await ask(name, () => all);
  }
  return {
    ...{ url: "https://xnat.example.org", user: "owner", project: site.project, killed, requests },
    requireProject: () => ask("project", () => site.project),
    listScans: () => stream("scans", site.scans),
    listSessions: () =>
      stream("sessions", [
        ...new Map(
          site.scans.map((scan) => [
            scan.sessionId,
            {
              ...{ id: scan.sessionId, label: scan.sessionLabel, subjectId: scan.subjectId },
              ...{ subjectLabel: scan.subjectLabel, date: scan.date, type: scan.sessionType },
              owner: scan.owner,
            },
          ]),
        ).values(),
      ]),
    listSubjects: () => ask("subjects", () => []),
    readVariables: () => ask("variables", () => ({ subjects: new Map(), sessions: new Map() })),
    listCollections: () => stream("collections", site.collections),
    listSessionScans: (sessionId) =>
      ask("session-scans", () => site.scans.filter((scan) => scan.sessionId === sessionId)),
    readAttributes: (scan, names) =>
      ask("attributes", () => {
        const all = site.attributes.get(`${scan.sessionId}/${scan.scanId}`) ?? {};
        return Object.fromEntries(names.flatMap((name) => (all[name] ? [[name, all[name]]] : [])));
      }),
    listResources: (place) =>
      ask("resources", () =>
        [...site.resources.keys()].flatMap((key) => {
          const parts = key.split("/");
          const label = parts.at(-1) ?? "";
          const owner = parts.slice(0, -1).join("/");
          if (place.kind === "session") {
            return parts[0] === place.sessionId ? [{ label, scanId: parts[1] ?? "" }] : [];
          }
          return owner === placeKey(place) ? [{ label, scanId: "" }] : [];
        }),
      ),
    listFiles: (place, label) => ask("files", () => list(place, label)),
    download: (place, label, folder, files) =>
      ask("download", () => {
        for (const { path } of files) {
          const bytes = site.resources.get(`${placeKey(place)}/${label}`)?.get(path);
          if (bytes === undefined) {
            throw new XnatError("not-found", { method: "GET", path: `/${path}` });
          }
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), bytes);
        }
      }),
    readText: (place, label, path) =>
      ask("text", () =>
        site.resources
          .get(`${placeKey(place)}/${label}`)
          ?.get(path)
          ?.toString(),
      ),
    upload: (place, label, files, { overwrite }) => {
      const present = list(place, label)?.map(({ path }) => path) ?? [];
      if (!overwrite && files.some(({ path }) => present.includes(path))) {
        return Promise.reject(new XnatError("exists", { method: "PUT", path: `/${label}` }));
      }
      return ask(
        `upload ${label}`,
        () => store(place, label, files),
        () => {
          // Whole files, one cut off, and the rest missing.
          const whole = Math.floor(files.length / 2);
          store(place, label, files.slice(0, whole));
          store(place, label, files.slice(whole, whole + 1), true);
        },
      );
    },
    deleteFiles: (place, label, paths) =>
      ask(
        "delete-files",
        () => {
          for (const path of paths) site.resources.get(`${placeKey(place)}/${label}`)?.delete(path);
        },
        () => {
          const [first] = paths;
          if (first !== undefined) {
            site.resources.get(`${placeKey(place)}/${label}`)?.delete(first);
          }
        },
      ),
    deleteResource: (place, label) =>
      ask(
        "delete-resource",
        () => {
          site.resources.delete(`${placeKey(place)}/${label}`);
        },
        () => {
          const files = site.resources.get(`${placeKey(place)}/${label}`);
          for (const path of [...(files?.keys() ?? [])].slice(0, 1)) files?.delete(path);
        },
      ),
    launches: {
      listWrappers: async () => [],
      launch: async () => "",
      launchBulk: async () => ({ id: "", refused: [] }),
      listContainers: async function* () {},
      findWorkflow: async () => undefined,
      readLog: async () => "",
    },
  };
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
