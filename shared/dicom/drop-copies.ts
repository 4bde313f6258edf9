import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { InputError } from "#shared/errors.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import { unreadable } from "./byte-source.ts";
import type { Instance } from "./frame.ts";

/**
 * The files without those that are copies of another, byte for byte.
 *
 * @throws InputError E-DUPLICATE when two different files carry one SOPInstanceUID
 */
export function dropCopies(
  instances: readonly Instance[],
  warnings: Warning[],
): readonly Instance[] {
  const first = new Map<string, Instance>();
  const copies: Instance[] = [];
  const kept = instances.filter((instance) => {
    const { sopInstanceUID } = instance;
    const other = first.get(sopInstanceUID);
    if (sopInstanceUID === "" || other === undefined) {
      first.set(sopInstanceUID, instance);
      return true;
    }
    if (other.size !== instance.size || digest(other) !== digest(instance)) {
      throw new InputError(
        "E-DUPLICATE",
        `${other.path} and ${instance.path} carry the same SOPInstanceUID (0008,0018), but differ.`,
        "Remove the one that is wrong.",
      );
    }
    copies.push(instance);
    return false;
  });
  if (copies.length > 0) {
    warnings.push({
      code: "W-COPIES",
      text: `${copies.length} files are copies of others, byte for byte, and are left out (first: ${copies[0]!.path}).`,
    });
  }
  return kept;
}

function digest(instance: Instance): string {
  try {
    return hash("sha256", readFileSync(instance.absolutePath), "hex");
  } catch (error) {
    throw unreadable(instance.path, error);
  }
}
