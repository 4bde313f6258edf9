import { createHash } from "node:crypto";

/** What the name of a converted reconstruction is made from. */
export interface NamedReconstruction {
  /** Reconstruction.path: which one it is. */
  readonly path: string;
  /** Reconstruction.study: two studies never share a folder. */
  readonly study: string;
  /** Labels as they are, whatever characters they hold. */
  readonly subject: string;
  readonly session: string;
  readonly examination?: number;
  readonly processing?: number;
}

/** Where the DICOM files of a reconstruction go. */
export interface ChosenFolder {
  /** `<subject>/<session>/<examination>_<processing>`, safe on every file system. */
  readonly folder: string;
  /** Why it is not the first choice, in a sentence. */
  readonly remark?: string;
}

/**
 * A folder for each reconstruction, by its path: the same for the same set of reconstructions, in whatever order they come.
 *
 * Names that a file system without upper and lower case takes for one are told apart by `_2`, `_3`, ...: of subjects by their
 * label, of studies and reconstructions by their path.
 */
export function chooseFolders(
  all: readonly NamedReconstruction[],
): ReadonlyMap<string, ChosenFolder> {
  const subjects = tellApart(
    all,
    () => "",
    ({ subject }) => subject,
    ({ subject }) => subject,
  );
  const subjectOf = (one: NamedReconstruction) => subjects.get(one.subject) ?? "";
  const sessions = tellApart(
    all,
    subjectOf,
    (one) => one.session,
    (one) => `${one.study}\n${one.session}\n${one.subject}`,
  );
  const sessionOf = (one: NamedReconstruction) =>
    `${subjectOf(one)}/${sessions.get(`${one.study}\n${one.session}\n${one.subject}`) ?? ""}`;
  const numbers = tellApart(all, sessionOf, numberOf, ({ path }) => path);
  return new Map(
    all.map((one) => {
      const folder = `${sessionOf(one)}/${numbers.get(one.path) ?? ""}`;
      const wanted = [one.subject, one.session, numberOf(one)].map(safeName).join("/");
      if (folder === wanted) return [one.path, { folder }];
      const remark = `The name ${wanted} is that of another study or reconstruction too: the files of this one are in ${folder}.`;
      return [one.path, { folder, remark }];
    }),
  );
}

function numberOf({ path, examination, processing }: NamedReconstruction): string {
  if (examination !== undefined) return `${examination}_${processing ?? 1}`;
  return path.split("/").at(-1) ?? "";
}

/** A safe name for each thing, unique among those of one parent. */
function tellApart(
  all: readonly NamedReconstruction[],
  parentOf: (one: NamedReconstruction) => string,
  labelOf: (one: NamedReconstruction) => string,
  keyOf: (one: NamedReconstruction) => string,
): ReadonlyMap<string, string> {
  const sorted = [...new Map(all.map((one) => [keyOf(one), one])).entries()].sort(([a], [b]) =>
    a < b ? -1 : a > b ? 1 : 0,
  );
  const foldedName = (one: NamedReconstruction) =>
    `${parentOf(one)}/${safeName(labelOf(one))}`.toLowerCase();
  // A name that somebody has by himself is not given away.
  const natural = new Set(sorted.map(([, one]) => foldedName(one)));
  const used = new Set<string>();
  const names = new Map<string, string>();
  for (const [key, one] of sorted) {
    const name = safeName(labelOf(one));
    let unique = name;
    const folded = () => `${parentOf(one)}/${unique}`.toLowerCase();
    for (let n = 2; used.has(folded()) || (unique !== name && natural.has(folded())); n++) {
      unique = `${name}_${n}`;
    }
    used.add(folded());
    names.set(key, unique);
  }
  return names;
}

/** Most characters of one name. */
const longest = 64;

/** Names that stand for devices on Windows, with any ending. */
const device = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i;

/**
 * A label as a name of a file: letters, digits, dot, dash and underscore, no dot at either end, at most 64 characters.
 */
export function safeName(label: string): string {
  const plain = label
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9._-]+/g, "_")
    .replace(/^[._]+|[._]+$/g, "");
  if (plain === "") return label === "" ? "unknown" : `unknown_${shortDigest(label)}`;
  const name = device.test(plain) ? `_${plain}` : plain;
  if (name.length <= longest) return name;
  // What is cut off may be what tells two labels apart.
  return `${name.slice(0, longest - 9)}_${shortDigest(label)}`;
}

function shortDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
