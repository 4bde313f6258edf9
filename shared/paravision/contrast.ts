import { type ContrastNumbers, contrastNumbers, variesAlong } from "./contrast-numbers.ts";
import type { FrameGroup } from "./frame-groups.ts";
import type { RawScan } from "./raw-scan.ts";

/** Which parameters of a scan vary from frame to frame, and along which of its groups. */
export interface Contrast {
  /** ms */
  readonly echoTime?: ContrastNumbers;
  /** ms */
  readonly repetitionTime?: ContrastNumbers;
  /** ms; only where there is an inversion. */
  readonly inversionTime?: ContrastNumbers;
  /** degrees */
  readonly flipAngle?: ContrastNumbers;
  /** The group along which the echo time varies. */
  readonly echoes?: FrameGroup;
  /** Groups along which one of these numbers varies. */
  readonly varied: ReadonlySet<FrameGroup>;
}

const known = new WeakMap<RawScan, Contrast>();

/**
 * Echo, repetition and inversion time and flip angle of the frames of a scan. What varies along which group is found from the
 * numbers, never from the name of the protocol.
 */
export function contrastOf(scan: RawScan): Contrast {
  const found = known.get(scan) ?? readContrast(scan);
  known.set(scan, found);
  return found;
}

function readContrast(scan: RawScan): Contrast {
  const read = (
    keyword: string,
    accept: (value: number) => boolean,
    visu: string,
    ...method: readonly string[]
  ) => {
    const numbers = contrastNumbers(scan, visu, method, accept);
    if (numbers !== undefined) scan.findings.source(keyword, numbers.from);
    else scan.findings.missing(visu, `no ${keyword}`);
    return numbers;
  };
  const echoTime = read("EchoTime", isDuration, "VisuAcqEchoTime", "EffectiveTE", "PVM_EchoTime");
  const repetitionTime = read(
    "RepetitionTime",
    (value) => value > 0 && isDuration(value),
    "VisuAcqRepetitionTime",
    "MultiRepTime",
    "PVM_RepetitionTime",
  );
  const inversionTime = readInversionTime(scan);
  const flipAngle = read("FlipAngle", (value) => value >= 0 && value <= 360, "VisuAcqFlipAngle");
  const all = [echoTime, repetitionTime, inversionTime, flipAngle];
  const varying = all.filter((numbers) => numbers !== undefined);
  const { groups } = scan.visu;
  const echoes = groups.find(
    (group) => echoTime !== undefined && variesAlong(scan, echoTime, group),
  );
  return {
    ...(echoTime && { echoTime }),
    ...(repetitionTime && { repetitionTime }),
    ...(inversionTime && { inversionTime }),
    ...(flipAngle && { flipAngle }),
    ...(echoes && { echoes }),
    varied: new Set(
      groups.filter((group) => varying.some((numbers) => variesAlong(scan, numbers, group))),
    ),
  };
}

/** ms; none of these times is longer than a day, so that more is a file that was damaged. */
const isDuration = (value: number): boolean => value >= 0 && value <= 86_400_000;

/** An inversion time of 0 says that there is no inversion: DICOM allows the attribute with an inversion pulse only. */
function readInversionTime(scan: RawScan): ContrastNumbers | undefined {
  const numbers = contrastNumbers(scan, "VisuAcqInversionTime", [], isDuration);
  if (numbers === undefined) return undefined;
  const frames = Array.from({ length: scan.visu.frameCount }, (_, frame) => frame);
  if (!frames.some((frame) => numbers.at(frame) > 0)) {
    scan.findings.remark("inversion-time-without-inversion", `${numbers.from} is 0 ms.`);
    return undefined;
  }
  scan.findings.source("InversionTime", numbers.from);
  return numbers;
}

/** Whether there is an inversion: InversionTime is written, and ScanningSequence says IR. */
export function hasInversion(scan: RawScan): boolean {
  return contrastOf(scan).inversionTime !== undefined;
}
