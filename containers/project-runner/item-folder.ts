import { join } from "node:path";
import type { Engine } from "./engine.ts";
import type { Item } from "./item.ts";

/**
 * Folder of an item below the work folder; no two items share one, whatever characters their ids have.
 *
 * @param room - `items` for what is processed, `copies` for what is replaced; both are cleared at the next start
 */
export function itemFolder(
  { work }: Pick<Engine, "work">,
  { key }: Pick<Item, "key">,
  room: "items" | "copies",
): string {
  const name = key.replace(/[^A-Za-z0-9_-]/g, (character) =>
    character === "/" ? "." : `%${character.charCodeAt(0).toString(16)}`,
  );
  return join(work, room, name);
}
