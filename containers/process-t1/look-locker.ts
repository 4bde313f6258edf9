import { UsageError } from "#shared/errors.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import type { Options } from "./choose-method.ts";
import type { T1Model } from "./choose-model.ts";

/** Where scanners write what kind of readout follows an inversion. */
const places = ["SequenceName", "PulseSequenceName", "ProtocolName", "SeriesDescription"];

/** Look-Locker, MOLLI, ShMOLLI; `tfl_ll` of a sequence name. */
const words = /look[ _-]*locker|molli|(?:^|[_ ])ll(?:$|[_ ])/i;

/** Whether the fitted time is T1* of a readout that disturbs the recovery, and how that is known. */
export interface LookLockerChoice {
  readonly on: boolean;
  readonly reason: string;
}

/**
 * The Look-Locker correction that the options or the names of the scan ask for.
 *
 * @throws UsageError E-MODEL when it is asked for and the model is no inversion recovery
 */
export function chooseLookLocker(
  option: Options["look-locker"],
  model: T1Model,
  { acquisition }: Pick<SeriesVolume, "acquisition">,
): LookLockerChoice {
  const isInversion = model.startsWith("ir-");
  if (option === "on" && !isInversion) {
    throw new UsageError(
      "E-MODEL",
      `--look-locker on corrects inversion recovery, but the model is ${model}.`,
      "Leave out --look-locker.",
    );
  }
  if (!isInversion) return { on: false, reason: "" };
  if (option === "on") return { on: true, reason: "Look-Locker correction chosen by the user" };
  const found = acquisition.find(
    ({ keyword, value }) => places.includes(keyword) && words.test(String(value)),
  );
  if (found === undefined) return { on: false, reason: "" };
  const said = `${found.keyword} says "${found.value}"`;
  return option === "off"
    ? { on: false, reason: `no Look-Locker correction, by the user, although ${said}` }
    : { on: true, reason: `Look-Locker correction, because ${said}` };
}
