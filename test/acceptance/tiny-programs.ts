import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Programs that take a blink in place of the real ones: their command.json is the real one, what they write follows from their input.

const containers = new URL("../../containers/", import.meta.url).pathname;

const source = `
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const home = dirname(fileURLToPath(import.meta.url));
const command = JSON.parse(readFileSync(join(home, "command.json"), "utf8"));
// While this file is there, programs take forever.
if (existsSync(join(home, "..", "stuck"))) setInterval(() => {}, 1000);
else {
const words = process.argv.slice(2).map((word) => word.split("="));
const hash = createHash("sha256");
const filesOf = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith("_catalog.xml"))
  .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  .sort();
let output = "";
for (const [option, value] of words.sort()) {
  if (option === "--output") output = value;
  else if (option.startsWith("--") && value?.startsWith("/")) {
    hash.update(option);
    for (const path of filesOf(value)) hash.update(path).update(readFileSync(join(value, path)));
  } else hash.update(option + "=" + value);
}
const digest = hash.digest("hex");
await new Promise((done) => setTimeout(done, Number(process.env.TINY_MS ?? 0)));
const files = [];
const write = (path, text) => {
  mkdirSync(dirname(join(output, path)), { recursive: true });
  writeFileSync(join(output, path), text);
  files.push({ path, size: Buffer.byteLength(text), sha256: createHash("sha256").update(text).digest("hex") });
};
for (const { path } of command.outputs) {
  const count = path === "maps" ? 22 : 2;
  for (let n = 0; n < count; n++) write(path + "/part-" + n + ".txt", digest + " " + path + " " + n + "\\n");
}
const mean = Number.parseInt(digest.slice(0, 6), 16);
const summary = { program: { name: command.name }, maps: { T2map: { unit: "ms", n: 3, mean } } };
write("report/summary.json", JSON.stringify(summary));
write("report/manifest.json", JSON.stringify({ files }));
}
`;

/** Writes the tiny programs into a folder for XNAT_PIC_PROGRAMS; returns it. */
export function writeTinyPrograms(folder: string): string {
  for (const name of ["process-t1", "process-t2", "process-dwi", "mask-average"]) {
    mkdirSync(join(folder, name), { recursive: true });
    cpSync(join(containers, name, "command.json"), join(folder, name, "command.json"));
    writeFileSync(join(folder, name, "main.mjs"), source);
  }
  return folder;
}
