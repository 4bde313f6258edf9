import { saturationText } from "./cest-rows.ts";
import { contrastOf } from "./contrast.ts";
import { elementTexts } from "./element-text.ts";
import { indexAlong, indexInGroup } from "./group-index.ts";
import { inversionModes } from "./inversion-modes.ts";
import { elementGroup } from "./map-unit.ts";
import type { ImageContext, MappingRow } from "./series-plan.ts";

const noValue: readonly number[] = [];

/** Timing and flip angle of each image, PS3.3 C.8.3.1, and its place in what was repeated. */
export const contrastRows: readonly MappingRow[] = [
  {
    keyword: "RepetitionTime",
    ...{ type: "2C", per: "image" },
    sources: ["VisuAcqRepetitionTime", "MultiRepTime", "PVM_RepetitionTime"],
    rule: "ms; of the frame, when it varies along a frame group or from frame to frame.",
    value: ({ scan, frame }) => contrastOf(scan).repetitionTime?.at(frame) ?? noValue,
  },
  {
    keyword: "EchoTime",
    ...{ type: "2", per: "image" },
    sources: ["VisuAcqEchoTime", "EffectiveTE", "PVM_EchoTime"],
    rule: "ms; of the frame. Without value where the files have none (field maps).",
    value: ({ scan, frame }) => contrastOf(scan).echoTime?.at(frame) ?? noValue,
  },
  {
    keyword: "InversionTime",
    ...{ type: "2C", per: "image" },
    sources: ["VisuAcqInversionTime"],
    rule: "ms; of the frame, where there is an inversion; ScanningSequence then says IR.",
    value: ({ scan, frame }) => contrastOf(scan).inversionTime?.at(frame),
  },
  {
    keyword: "FlipAngle",
    ...{ type: "3", per: "image" },
    sources: ["VisuAcqFlipAngle"],
    rule: "degrees, as ParaVision has it: 180, the refocusing pulse, for MSME and RARE of ParaVision 360.",
    value: ({ scan, frame }) => contrastOf(scan).flipAngle?.at(frame),
  },
  {
    keyword: "EchoNumbers",
    ...{ type: "3", per: "image" },
    sources: ["VisuFGOrderDesc"],
    rule: "Index along FG_ECHO, or the group along which the echo time varies, from 1.",
    value: ({ scan: { visu }, scan, frame }) => {
      const echoes = contrastOf(scan).echoes ?? visu.groups.find(({ id }) => id === "FG_ECHO");
      return echoes && indexInGroup(visu.groups, echoes, frame) + 1;
    },
  },
  {
    keyword: "AcquisitionNumber",
    ...{ type: "3", per: "image" },
    sources: ["VisuFGOrderDesc"],
    rule: "Index along all frame groups but slices, elements of maps and parts of complex images, the first fastest, from 1.",
    value: ({ scan: { visu }, frame }) => {
      const elements = elementGroup(visu);
      return (
        indexAlong(
          visu.groups,
          (group) => group !== elements && group.id !== "FG_SLICE" && group.id !== "FG_COMPLEX",
          frame,
        ) + 1
      );
    },
  },
  {
    keyword: "ImageComments",
    ...{ type: "3", per: "image" },
    sources: ["VisuFGElemComment", "VisuFGElemId"],
    rule: "Comment of the elements of the frame; saturation offset of CEST images; inversion mode of FAIR.",
    value: (image) => {
      const texts = [elementText(image), modeText(image), saturationText(image)];
      const comment = texts.filter((text) => text !== "").join("; ");
      return comment === "" ? undefined : comment;
    },
  },
];

/** VisuFGElemComment of a frame, empty when it has none. */
function elementText({ scan: { visu }, frame }: ImageContext): string {
  return elementTexts(visu, "VisuFGElemComment", frame).join("; ");
}

/** FAIR alternates selective and global inversion; without comments of the elements only their order is known. */
function modeText(image: ImageContext): string {
  const { visu } = image.scan;
  const modes = inversionModes(visu);
  if (modes === undefined || elementText(image) !== "") return "";
  const mode = indexInGroup(visu.groups, modes, image.frame);
  return `inversion mode ${mode + 1} of ${modes.count}`;
}
