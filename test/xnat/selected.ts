import { type Exchange, Refusal } from "./exchange.ts";
import { findOwner, findScans, sessionOf } from "./find.ts";
import { findResource } from "./resources.ts";
import { canReadOwner, requireReadOwner } from "./rights.ts";
import type { Owner, Resource, Site } from "./site.ts";

/** A resource and whose it is. */
export interface Selected {
  readonly owner: Owner;
  readonly resource: Resource;
}

/** The one thing a path names, whether the user may read it or not (404 where it is hidden). */
export function ownerOf({ site, params }: Exchange): Owner {
  return findOwner(site, params);
}

/** All things a path names: several where the scan segment says so ("1,2", "ALL", a type). @throws Refusal 404, 403 */
export function ownersOf(exchange: Exchange): readonly Owner[] {
  const { site, params } = exchange;
  if (params["scan"] === undefined) {
    const owner = ownerOf(exchange);
    requireReadOwner(exchange, owner);
    return [owner];
  }
  const { scan, ...rest } = params;
  const session = findOwner(site, rest);
  if (session.kind !== "session") throw new Refusal(404, "Unable to find the specified scan.");
  requireReadOwner(exchange, session);
  const scans = findScans(session, scan);
  if (scans.length === 0) throw new Refusal(404, `Unable to find the specified scan: ${scan}`);
  return scans;
}

/** With `all=true` a session stands for its scans and assessors too. */
export function withParts(exchange: Exchange, owners: readonly Owner[]): readonly Owner[] {
  if (exchange.query("all") !== "true") return owners;
  return owners.flatMap((owner): readonly Owner[] =>
    owner.kind === "session" ? [owner, ...owner.scans, ...owner.assessors] : [owner],
  );
}

/** The resources of the label (or number, or several with commas) in the path; all where the path has none. */
export function selectedOf(exchange: Exchange): readonly Selected[] {
  const names = exchange.params["resource"];
  const owners = names === undefined ? withParts(exchange, ownersOf(exchange)) : ownersOf(exchange);
  return owners
    .filter((owner) => canReadOwner(exchange, owner))
    .flatMap((owner) => {
      if (names === undefined) return owner.resources.map((resource) => ({ owner, resource }));
      const wanted = names.split(",");
      const byLabel = owner.resources.filter(({ label }) => wanted.includes(label));
      const found =
        byLabel.length > 0 ? byLabel : wanted.flatMap((name) => findResource(owner, name) ?? []);
      return found.map((resource) => ({ owner, resource }));
    });
}

/** "/data/experiments/XNAT_E00001/scans/3": the path that rows give. */
export function uriOf(site: Site, owner: Owner): string {
  switch (owner.kind) {
    case "project":
      return `/data/projects/${owner.id}`;
    case "subject":
      return `/data/subjects/${owner.id}`;
    case "session":
      return `/data/experiments/${owner.id}`;
    case "scan":
      return `/data/experiments/${sessionOf(site, owner).id}/scans/${encodeURIComponent(owner.id)}`;
    case "assessor":
      return `/data/experiments/${owner.sessionId}/assessors/${owner.id}`;
  }
}
