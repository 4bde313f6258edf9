import { createHash } from "node:crypto";
import type { Engine } from "./engine.ts";
import type { ItemOutcome } from "./item.ts";
import { findMissing } from "./judge-existing.ts";
import { ItemError } from "./judge-failure.ts";
import { scanOf } from "./list-inputs.ts";
import { manifestShape } from "./manifest.schema.ts";
import type { ResultFile } from "./marker.ts";
import { parseJson } from "./parse-json.ts";
import { readMeasures } from "./read-measures.ts";
import { notStored } from "./replace-result.ts";
import type { Task } from "./settle-item.ts";
import { listTargets, writeMarker } from "./store-result.ts";

/**
 * Takes a result that the Container Service stored for a task as ours: every output has files, those the manifest lists are there
 * with their sizes, then the marker is written.
 *
 * @throws XnatError; ItemError E-NO-OUTPUT, E-NO-MANIFEST, E-NOT-STORED
 */
export async function adoptResult(engine: Engine, task: Task): Promise<ItemOutcome> {
  const { server } = engine;
  const { item, targets, reportLabel, fingerprint } = task;
  const place = scanOf(item);
  const stored = await listTargets(engine, task);
  for (const { label } of targets) {
    if ((stored.get(label) ?? []).length > 0) continue;
    throw new ItemError("E-NO-OUTPUT", `The container ended, and its output ${label} is empty.`);
  }
  const text = await server.readText(place, reportLabel, "manifest.json");
  const manifest = manifestShape.safeParse(parseJson(text));
  if (!manifest.success) {
    const found = `The container ended without a manifest.json in ${reportLabel}.`;
    throw new ItemError("E-NO-MANIFEST", found);
  }
  const files = manifest.data.files.flatMap(({ path, size, sha256 }): ResultFile[] => {
    const target = targets.find((one) => path.startsWith(`${one.path}/`));
    if (target === undefined) return [];
    const own = path.slice(target.path.length + 1);
    const found = stored.get(target.label)?.find((file) => file.path === own);
    const entry = { label: target.label, path: own, md5: found?.digest ?? "" };
    return [{ ...entry, size: size ?? found?.size ?? -1, sha256: sha256 ?? "" }];
  });
  const missing = findMissing(files, stored);
  if (missing !== undefined) throw notStored(missing.label, missing.path);
  const listed = new Set(files.map(({ label, path }) => `${label}/${path}`));
  // The manifest does not list itself, nor what the Container Service adds.
  for (const [label, list] of stored) {
    for (const { path, size, digest } of list) {
      if (path !== "manifest.json" || listed.has(`${label}/${path}`)) continue;
      const sha256 = createHash("sha256")
        .update(text ?? "")
        .digest("hex");
      files.push({ label, path, size, sha256, md5: digest });
    }
  }
  await writeMarker(engine, task, files);
  const measures = await readMeasures(server, item, targets, reportLabel);
  const facts = { code: "", reason: "", repeatable: false, seconds: 0, fingerprint, measures };
  return { key: item.key, status: "done", ...facts };
}
