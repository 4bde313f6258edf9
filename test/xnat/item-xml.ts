import { escapeHtml } from "./escape.ts";
import type { Item } from "./items.ts";

/** Elements of the types with a name of their own. */
const elementNames: Readonly<Record<string, string>> = {
  "xnat:projectData": "xnat:Project",
  "xnat:subjectData": "xnat:Subject",
  "xnat:mrSessionData": "xnat:MRSession",
  "xnat:petSessionData": "xnat:PETSession",
  "xnat:ctSessionData": "xnat:CTSession",
  "xnat:usSessionData": "xnat:USSession",
  "xnat:mrScanData": "xnat:MRScan",
  "icr:roiCollectionData": "icr:RoiCollection",
};

const attributes = new Set(["ID", "label", "project", "UID", "type", "name", "URI", "format"]);

function element(name: string, item: Item, inner: string): string {
  const fields = Object.entries(item.data_fields).filter(([key]) => key !== "id");
  const written = fields
    .filter(([key]) => attributes.has(key))
    .map(([key, value]) => ` ${key}="${escapeHtml(String(value))}"`)
    .join("");
  const values = fields
    .filter(([key]) => !attributes.has(key) && !key.includes("/"))
    .map(([key, value]) => `<xnat:${key}>${escapeHtml(String(value))}</xnat:${key}>`)
    .join("");
  return `<${name}${written}${inner}>${values}${item.children.map(group).join("")}</${name}>`;
}

/** "scans/scan": one <xnat:scans> around the scans. */
function group({ field, items }: Item["children"][number]): string {
  const names = field.split("/").map((name) => `xnat:${name}`);
  const last = names.pop() ?? "xnat:item";
  const inner = items
    .map((item) => {
      const named = item.data_fields["field"];
      if (named !== undefined) {
        const name = escapeHtml(String(item.data_fields["name"]));
        return `<${last} name="${name}">${escapeHtml(String(named))}</${last}>`;
      }
      return element(last, item, ` xsi:type="${String(item.meta["xsi:type"])}"`);
    })
    .join("");
  const open = names.map((name) => `<${name}>`).join("");
  const close = names
    .toReversed()
    .map((name) => `</${name}>`)
    .join("");
  return open + inner + close;
}

/** A thing as XML, what XNAT answers where no format is asked for. Simple: not every field of a real server. */
export function itemXml(item: Item): string {
  const type = String(item.meta["xsi:type"]);
  const spaces =
    ' xmlns:xnat="http://nrg.wustl.edu/xnat" xmlns:icr="http://icr.ac.uk/icr"' +
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(elementNames[type] ?? type, item, spaces)}\n`;
}
