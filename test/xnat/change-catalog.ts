import type { Catalog } from "./catalog.ts";
import { inTurn, readCatalog, writeCatalog } from "./catalog-store.ts";
import type { Resource, Site } from "./site.ts";

/** Changes the catalog in its turn and writes it; nothing is written when `change` returns 0. */
export async function changeCatalog(
  site: Site,
  resource: Resource,
  what: "Added" | "Removed" | "Modified",
  change: (catalog: Catalog, eventId: number) => number | Promise<number>,
): Promise<number> {
  return inTurn(resource, async () => {
    const catalog = await readCatalog(resource);
    if (catalog === undefined) throw new Error(`Catalog of ${resource.label} is missing.`);
    const eventId = site.nextId("event");
    const count = await change(catalog, eventId);
    if (count === 0) return 0;
    const line = `${eventId}:${auditTime(site.clock.now())}=${what}:${count}`;
    // XNAT keeps them all; a hundred are enough to see it.
    catalog.audit = [line, ...catalog.audit.split("|").filter((text) => text !== "")]
      .slice(0, 100)
      .join("|");
    await writeCatalog(resource, catalog);
    return count;
  });
}

/** "Sun Nov 22 10:00:00 UTC 2026". */
function auditTime(time: number): string {
  const [day, date, month, year, clock] = new Date(time).toUTCString().split(" ");
  return `${day?.slice(0, 3)} ${month} ${date} ${clock} UTC ${year}`;
}
