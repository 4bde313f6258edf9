/** What the elements of a frame group are called, one and several. */
const words: Readonly<Record<string, readonly [string, string]>> = {
  FG_SLICE: ["slice", "slices"],
  FG_ECHO: ["echo", "echoes"],
  FG_MOVIE: ["step", "steps"],
  FG_CYCLE: ["cycle", "cycles"],
  FG_REPETITION: ["repetition", "repetitions"],
  FG_DIFFUSION: ["diffusion image", "diffusion images"],
  FG_DTI: ["map", "maps"],
  FG_ISA: ["map", "maps"],
  FG_IRMODE: ["inversion mode", "inversion modes"],
  FG_COMPLEX: ["complex part", "complex parts"],
  FG_COIL: ["coil", "coils"],
  FG_FLOW: ["flow direction", "flow directions"],
  FG_CARDIAC_MOVIE: ["cardiac phase", "cardiac phases"],
  FG_RESP_MOVIE: ["respiratory phase", "respiratory phases"],
};

/** `11 echoes × 5 slices`, the fastest first; `1 frame` where there is no group. */
export function describeGroups(
  groups: readonly { readonly id: string; readonly count: number }[],
  frames: number,
): string {
  if (groups.length === 0) return `${frames} ${frames === 1 ? "frame" : "frames"}`;
  return groups
    .map(({ id, count }) => {
      const [one, several] = words[id] ?? [id, id];
      return `${count} ${count === 1 ? one : several}`;
    })
    .join(" × ");
}
