import { createReadStream } from "node:fs";
import type { ListedFile } from "#shared/xnat/files.ts";
import type { UploadFile } from "#shared/xnat/upload.ts";
import type { LocalFile, RemoteFile } from "./project-server.ts";

/** A file as the server lists it. */
export function fromServer({ path, size, digest }: ListedFile): RemoteFile {
  return { path, size: size ?? -1, digest: digest ?? "" };
}

/** A file to send. */
export function toUpload({ path, size, source }: LocalFile): UploadFile {
  const open = () => (typeof source === "string" ? createReadStream(source) : source);
  return { path, size, open };
}
