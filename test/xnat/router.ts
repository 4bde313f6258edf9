import type { Route } from "./exchange.ts";

interface Branch {
  readonly literals: Map<string, Branch>;
  parameter?: Branch;
  rest?: Route;
  route?: Route;
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export type Router = (method: string, path: string) => Match | "other method" | undefined;

const newBranch = (): Branch => ({ literals: new Map() });

/** Text of an encoded segment; a malformed one stays as it is. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function plant(root: Branch, route: Route): void {
  let branch = root;
  for (const segment of route.pattern.split("/").slice(1)) {
    if (segment.endsWith("*")) {
      branch.rest = route;
      return;
    }
    let next = segment.startsWith(":") ? branch.parameter : branch.literals.get(segment);
    if (next === undefined) {
      next = newBranch();
      if (segment.startsWith(":")) branch.parameter = next;
      else branch.literals.set(segment, next);
    }
    branch = next;
  }
  branch.route = route;
}

/** Depth first, literal segments before parameters before the rest. */
function walk(
  branch: Branch,
  segments: readonly string[],
  at: number,
  taken: readonly string[],
): { readonly route: Route; readonly values: readonly string[] } | undefined {
  const segment = segments[at];
  if (segment === undefined) {
    if (branch.route !== undefined) return { route: branch.route, values: taken };
  } else if (segment === "" && at === segments.length - 1 && branch.route !== undefined) {
    return { route: branch.route, values: taken };
  } else {
    const literal = branch.literals.get(segment);
    const found = literal && walk(literal, segments, at + 1, taken);
    if (found !== undefined) return found;
    const below =
      branch.parameter !== undefined && segment !== ""
        ? walk(branch.parameter, segments, at + 1, [...taken, decodeSegment(segment)])
        : undefined;
    if (below !== undefined) return below;
  }
  if (branch.rest !== undefined && segment !== undefined) {
    const rest = segments.slice(at).map(decodeSegment).join("/");
    return { route: branch.rest, values: [...taken, rest] };
  }
  return undefined;
}

const namesOf = (pattern: string): readonly string[] =>
  [...pattern.matchAll(/:(\w+)/g)].map(([, name]) => name ?? "");

/** Finds the route of a path; a slash at the end does not matter except to ":rest*", which keeps it. */
export function openRouter(routes: readonly Route[]): Router {
  const trees = new Map<string, Branch>();
  for (const route of routes) {
    const tree = trees.get(route.method) ?? newBranch();
    trees.set(route.method, tree);
    plant(tree, route);
  }
  const find = (method: string, path: string): Match | undefined => {
    const tree = trees.get(method === "HEAD" ? "GET" : method);
    const found = tree && walk(tree, path.split("/").slice(1), 0, []);
    if (found === undefined) return undefined;
    const names = namesOf(found.route.pattern);
    return {
      route: found.route,
      params: Object.fromEntries(names.map((name, at) => [name, found.values[at] ?? ""])),
    };
  };
  return (method, path) => {
    const found = find(method, path);
    if (found !== undefined) return found;
    return [...trees.keys()].some((other) => find(other, path) !== undefined)
      ? "other method"
      : undefined;
  };
}

/**
 * Path below the site with one spelling: without the context path, /REST as /data, /data/archive as /data.
 *
 * @returns undefined outside the context path
 */
export function plainPath(rawPath: string, contextPath: string): string | undefined {
  if (contextPath !== "" && rawPath !== contextPath && !rawPath.startsWith(`${contextPath}/`)) {
    return undefined;
  }
  const path = rawPath.slice(contextPath.length).replace(/\/{2,}/g, "/") || "/";
  return path.replace(/^\/REST(?=\/|$)/, "/data").replace(/^\/data\/archive(?=\/)/, "/data");
}
