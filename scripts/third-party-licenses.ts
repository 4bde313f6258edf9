import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

const licenceFile = /^(licen[cs]e|copying|notice|copyright)(\.|-|$)/i;
const folderOfPackage = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * Name, version and full licence text of every package whose code is in a bundle, sorted by folder,
 * followed by the licence comments of the sources.
 *
 * @throws Error when a package in the bundle states no licence at all: it must not be shipped.
 */
export function describePackages(root: string, metafile: Metafile, legalComments: string): string {
  const sections = [...findPackages(metafile)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(root, folder, "package.json"), "utf8"),
    ) as { name: string; version: string; license?: string };
    const texts = readdirSync(join(root, folder))
      .filter((file) => licenceFile.test(file))
      .sort()
      .map((file) => readFileSync(join(root, folder, file), "utf8").trim());
    if (license === undefined && texts.length === 0) {
      throw new Error(`${folder} is in the bundle and states no licence`);
    }
    return [`${name} ${version} - ${license ?? "licence below"}`, ...texts].join("\n\n");
  });
  if (legalComments.trim() !== "")
    sections.push(`Comments of the sources\n\n${legalComments.trim()}`);
  return `${["This program contains the following packages.", ...sections].join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

function findPackages(metafile: Metafile): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const output of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const folder = bytesInOutput > 0 ? folderOfPackage.exec(path)?.[0] : undefined;
      if (folder !== undefined) folders.add(folder);
    }
  }
  return folders;
}
