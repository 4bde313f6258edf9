import { dateText, type Moment, timeText } from "./dates.ts";
import { countAlong, indexAlong } from "./group-index.ts";
import type { MappingRow } from "./series-plan.ts";
import {
  acquisitionMoment,
  acquisitionSources,
  isRepeat,
  temporalResolutionMs,
} from "./time-step.ts";

const texts = new WeakMap<Moment, { readonly date: string; readonly time: string }>();

/** Date and time as DICOM writes them; the images of all slices have a moment in common. */
function textsOf(
  moment: Moment | undefined,
): { readonly date: string; readonly time: string } | undefined {
  if (moment === undefined) return undefined;
  const known = texts.get(moment) ?? { date: dateText(moment), time: timeText(moment) };
  texts.set(moment, known);
  return known;
}

/** When each image was taken, PS3.3 C.7.6.1 and C.8.3.1. */
export const timeRows: readonly MappingRow[] = [
  {
    keyword: "AcquisitionDate",
    ...{ type: "3", per: "image" },
    sources: acquisitionSources,
    rule: "Day on which the acquisition of the image began, in the time zone of the study.",
    value: ({ scan, frame }) => {
      return textsOf(acquisitionMoment(scan, "AcquisitionDate", frame))?.date;
    },
  },
  {
    keyword: "AcquisitionTime",
    ...{ type: "3", per: "image" },
    sources: [...acquisitionSources, "VisuAcqScanTime", "ACQ_time_points", "VisuCreationDate"],
    rule: "Start of the scan, and in dynamic and diffusion scans and trains of CEST the index of the image times the time step, where the sources of the step agree.",
    value: ({ scan, frame }) => {
      return textsOf(acquisitionMoment(scan, "AcquisitionTime", frame))?.time;
    },
  },
  {
    keyword: "TemporalPositionIdentifier",
    ...{ type: "3", per: "image" },
    sources: ["VisuFGOrderDesc"],
    rule: "Index along cycles, movie frames and repetitions, from 1, where no contrast parameter varies along them.",
    value: ({ scan, frame }) => {
      const { groups } = scan.visu;
      const repeats = (group: (typeof groups)[number]) => isRepeat(scan, group);
      if (countAlong(groups, repeats) < 2) return undefined;
      return indexAlong(groups, repeats, frame) + 1;
    },
  },
  {
    keyword: "NumberOfTemporalPositions",
    ...{ type: "3", per: "series" },
    sources: ["VisuFGOrderDesc"],
    rule: "Number of images along those groups.",
    value: ({ scan }) => {
      const count = countAlong(scan.visu.groups, (group) => isRepeat(scan, group));
      return count < 2 ? undefined : count;
    },
  },
  {
    keyword: "TemporalResolution",
    ...{ type: "3", per: "series" },
    sources: ["VisuAcqScanTime", "ACQ_time_points"],
    rule: "ms from one temporal position to the next: the first source within 10 % of (VisuCreationDate - VisuAcqDate) over the number of images; left out when there is none.",
    value: ({ scan }) => temporalResolutionMs(scan),
  },
];
