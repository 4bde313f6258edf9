import type { Engine } from "./engine.ts";
import type { Item, ItemOutcome } from "./item.ts";
import type { Existing } from "./judge-existing.ts";
import type { InputFile } from "./marker.ts";
import type { Place, RemoteFile } from "./project-server.ts";

/** A resource to fetch for an item. */
export interface InputResource {
  readonly place: Place;
  readonly label: string;
  readonly files: readonly RemoteFile[];
  /** Option of the program that takes the folder, and folder below it (a scan of a session). */
  readonly option: string;
  readonly folder: string;
}

/** An item that has to be worked on. */
export interface Task {
  readonly item: Item;
  readonly fingerprint: string;
  readonly inputs: readonly InputResource[];
  readonly inputFiles: readonly InputFile[];
  readonly existing: Existing;
}

/**
 * What is to be done for an item: nothing (`current`, `kept`, `left-out`), or the task. Used by both modes.
 */
export async function settleItem(
  _engine: Engine,
  _item: Item,
): Promise<
  | { readonly kind: "settled"; readonly outcome: ItemOutcome }
  | { readonly kind: "task"; readonly task: Task }
> {
  throw new Error("not written yet");
}
