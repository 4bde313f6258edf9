import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

// Set by the bundler; in a checkout the two are read from package.json and git.
declare const XNAT_PIC_VERSION: string | undefined;
declare const XNAT_PIC_COMMIT: string | undefined;

const root = new URL("../../", import.meta.url);

/** The version of every program, from package.json. */
export function programVersion(): string {
  if (typeof XNAT_PIC_VERSION === "string") return XNAT_PIC_VERSION;
  const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
    version: string;
  };
  return manifest.version;
}

/** The commit the program was built from, "-dirty" after it when the checkout has changes; "unknown" without git. */
export function programCommit(): string {
  if (typeof XNAT_PIC_COMMIT === "string") return XNAT_PIC_COMMIT;
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    };
    return execFileSync(
      "git",
      ["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
      options,
    ).trim();
  } catch {
    return "unknown";
  }
}

/** The image the program runs in, as its build named it; undefined in a checkout. */
export function containerImage(): string | undefined {
  return process.env["XNAT_PIC_IMAGE"] || undefined;
}
