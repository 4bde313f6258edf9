import type { Conversion } from "#shared/paravision/conversion-record.ts";
import type { RemarkCode } from "#shared/paravision/remark-codes.ts";
import type { Item } from "./item.ts";

/**
 * Adds a remark to each conversion whose series has the UID of an earlier one's: UIDs are made of VisuUid, which a copy of an
 * examination keeps, whatever was changed in it. An archive takes the second for the first.
 */
export function remarkCopies(items: readonly Item[]): readonly Item[] {
  const owners = new Map<string, Item>();
  return items.map((item) => {
    const { conversion } = item;
    if (conversion === undefined) return item;
    const uids = conversion.series.map(({ seriesInstanceUID }) => seriesInstanceUID);
    const owner = uids.map((uid) => owners.get(uid)).find((found) => found !== undefined);
    for (const uid of uids) if (!owners.has(uid)) owners.set(uid, item);
    if (owner === undefined) return item;
    const code: RemarkCode = "uid-repeated";
    const same = digestsOf(conversion) === digestsOf(owner.conversion!);
    const text = `It has the UIDs of ${owner.path}, of which it is a copy${
      same ? "" : " with changes: in an archive one would replace the other"
    }.`;
    const { findings } = conversion;
    const remarks = [...findings.remarks, { code, text }];
    return { ...item, conversion: { ...conversion, findings: { ...findings, remarks } } };
  });
}

function digestsOf({ files }: Conversion): string {
  return files.map(({ sha256 }) => sha256).join();
}
