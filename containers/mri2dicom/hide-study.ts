import { createHash } from "node:crypto";
import {
  type RawFile,
  type Reconstruction,
  studyFolderName,
} from "#shared/paravision/reconstruction.ts";

/**
 * The reconstruction under a name for its study that says nothing: paths are in remarks, and in the record beside the results. The same
 * folder and secret give the same name.
 */
export function hideStudy(reconstruction: Reconstruction, secret: string): Reconstruction {
  const { study } = reconstruction;
  const folder = studyFolderName(reconstruction);
  const digest = createHash("sha256").update(JSON.stringify(["study folder", secret, folder]));
  const alias = `study-${digest.digest("hex").slice(0, 10)}`;
  const hide = (path: string) => {
    if (study === "") return path === "" ? alias : `${alias}/${path}`;
    return path === study || path.startsWith(`${study}/`)
      ? alias + path.slice(study.length)
      : alias;
  };
  const hideFile = (file: RawFile): RawFile => ({ ...file, path: hide(file.path) });
  const { method, acqp, reco, subject } = reconstruction;
  return {
    ...reconstruction,
    study: alias,
    studyName: alias,
    path: hide(reconstruction.path),
    images: hideFile(reconstruction.images),
    visuPars: hideFile(reconstruction.visuPars),
    ...(method === undefined ? {} : { method: hideFile(method) }),
    ...(acqp === undefined ? {} : { acqp: hideFile(acqp) }),
    ...(reco === undefined ? {} : { reco: hideFile(reco) }),
    ...(subject === undefined ? {} : { subject: hideFile(subject) }),
  };
}
