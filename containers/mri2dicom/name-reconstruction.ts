import { textOf } from "#shared/paravision/jcamp.ts";
import { readParameterFile } from "#shared/paravision/read-parameter-file.ts";
import { isSkip, type Reconstruction } from "#shared/paravision/reconstruction.ts";

/** Where a name for people stands, the first one that is there. */
const places = [
  ["visuPars", "VisuAcquisitionProtocol"],
  ["acqp", "ACQ_protocol_name"],
  ["acqp", "ACQ_scan_name"],
  ["method", "Method"],
] as const;

/** Name of the protocol of a reconstruction, also of one that cannot be converted; empty where no file says it. */
export async function nameReconstruction(reconstruction: Reconstruction): Promise<string> {
  for (const [role, parameter] of places) {
    const place = reconstruction[role];
    if (place === undefined) continue;
    const file = await readParameterFile(place);
    if (isSkip(file)) continue;
    const name = textOf(file, parameter);
    if (name !== "") return name;
  }
  return "";
}
