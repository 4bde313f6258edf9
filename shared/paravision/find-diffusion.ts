import { InputError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import type { GivenDiffusion } from "#shared/volume/given-diffusion.ts";
import { readScanDiffusion } from "./diffusion.ts";
import { findDiffusionGroup, readFrameGroups } from "./frame-groups.ts";
import { textOf } from "./jcamp.ts";
import type { ParameterFile } from "./parameter-file.ts";
import { readParameterFile } from "./read-parameter-file.ts";
import { isSkip } from "./reconstruction.ts";

/**
 * The diffusion weighting that `method` and `visu_pars` files of a folder describe; undefined when they describe none.
 *
 * Of several reconstructions the one is taken whose VisuUid is the SeriesInstanceUID of the images, as ParaVision's own
 * export writes it; else all must say the same.
 *
 * @throws InputError E-PARAVISION when the files contradict each other or belong to several scans
 */
export async function findScanDiffusion(
  files: readonly FoundFile[],
  seriesInstanceUIDs: readonly string[],
): Promise<GivenDiffusion | undefined> {
  const methods = await readNamed(files, "method");
  const visus = await readNamed(files, "visu_pars");
  const own = visus.filter((visu) => seriesInstanceUIDs.includes(textOf(visu, "VisuUid")));
  const images = own.length > 0 ? own : visus.filter(isWeighted);
  const scans: Scan[] = images.map((visu) => ({ visu, method: methodOf(visu, methods) }));
  const used = new Set(scans.map(({ method }) => method));
  if (own.length === 0) {
    for (const method of methods) if (!used.has(method)) scans.push({ method });
  }
  const found = scans.flatMap(({ visu, method }) => {
    const place = [method?.path, visu?.path].filter((path) => path !== undefined).join(" and ");
    const given = readScanDiffusion(method, visu, place);
    return given === undefined ? [] : [{ given, place }];
  });
  const [first] = found;
  if (first === undefined) return undefined;
  const key = ({ given }: (typeof found)[number]) =>
    given.bValues.map((value) => value.toPrecision(6)).join(" ");
  const other = found.find((one) => key(one) !== key(first));
  if (other === undefined) return first.given;
  throw new InputError(
    "E-PARAVISION",
    `ParaVision files of several diffusion scans lie beside the images (${first.place}; ${other.place}), and none names their series.`,
    "Leave only those of the scan the images belong to.",
  );
}

interface Scan {
  readonly visu?: ParameterFile;
  readonly method: ParameterFile | undefined;
}

/** Tensor maps, and the scan's own visu_pars, describe no diffusion-weighted images. */
function isWeighted(visu: ParameterFile): boolean {
  const groups = readFrameGroups(visu);
  return groups !== undefined && findDiffusionGroup(groups) !== undefined;
}

/** The method in the nearest folder above a reconstruction; the only one when all lie side by side. */
function methodOf(
  visu: ParameterFile,
  methods: readonly ParameterFile[],
): ParameterFile | undefined {
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);
  const above = methods
    .filter(({ path }) => visu.path.startsWith(folderOf(path)))
    .sort((a, b) => folderOf(b.path).length - folderOf(a.path).length);
  return above[0] ?? (methods.length === 1 ? methods[0] : undefined);
}

async function readNamed(
  files: readonly FoundFile[],
  name: string,
): Promise<readonly ParameterFile[]> {
  const found: ParameterFile[] = [];
  for (const file of files) {
    if (file.path.slice(file.path.lastIndexOf("/") + 1) !== name) continue;
    const content = await readFound(file);
    if (content !== undefined) found.push(content);
  }
  return found;
}

/** undefined when the file is something else of the same name. */
async function readFound(file: FoundFile): Promise<ParameterFile | undefined> {
  const found = await readParameterFile(file);
  if (!isSkip(found)) return found;
  if (found.skip !== "unreadable") return undefined;
  throw new InputError(
    "E-UNREADABLE",
    `${found.text}.`,
    "Give the program's user the right to read it.",
  );
}
