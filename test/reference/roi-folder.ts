import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { memorySource } from "#shared/dicom/byte-source.ts";
import { readItems, readNumbers, readText } from "#shared/dicom/dataset.ts";
import { readLayout } from "#shared/dicom/file-layout.ts";
import { readDataset } from "#shared/dicom/read-dataset.ts";
import type { Reference, ReferenceImage } from "#shared/roi/roi.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";

/** Folder of a dataset of regions, or undefined when the reference data are not here. */
export function findRoiFolder(name: string): string | undefined {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const base = process.env["XNAT_PIC_DATA"] ?? join(root, "../shared/data");
  const folder = join(base, "roi", name);
  return existsSync(folder) ? folder : undefined;
}

interface PlacedImage {
  readonly position: Vector3;
  readonly image: ReferenceImage;
}

/** The planes of a sound series, read without the reader under test. */
export function readPlanes(folder: string): Reference {
  const datasets = readdirSync(folder).flatMap((name) => {
    const layout = readLayout(memorySource(name, readFileSync(join(folder, name))));
    return layout === undefined ? [] : [readDataset(layout, (tag) => tag !== 0x7fe00010).dataset];
  });
  const first = datasets[0]!;
  const shared = readItems(first, "SharedFunctionalGroupsSequence")[0] ?? first;
  const perFrame = readItems(first, "PerFrameFunctionalGroupsSequence")[0] ?? first;
  const group = (name: Parameters<typeof readItems>[1]): DicomJson =>
    readItems(shared, name)[0] ?? readItems(perFrame, name)[0] ?? first;
  const o = readNumbers(group("PlaneOrientationSequence"), "ImageOrientationPatient", 6)!;
  const spacing = readNumbers(group("PixelMeasuresSequence"), "PixelSpacing", 2)!;
  const normal = [
    o[1]! * o[5]! - o[2]! * o[4]!,
    o[2]! * o[3]! - o[0]! * o[5]!,
    o[0]! * o[4]! - o[1]! * o[3]!,
  ];
  const depth = (p: Vector3): number => p[0] * normal[0]! + p[1] * normal[1]! + p[2] * normal[2]!;
  const images = datasets.flatMap(imagesOf).sort((a, b) => depth(a.position) - depth(b.position));
  const planes = Map.groupBy(images, ({ position }) => Math.round(depth(position) * 100));
  const origins = [...planes.values()].map((same) => same[0]!.position);
  return {
    planes: {
      shape: [
        first["00280011"]!.Value![0] as number,
        first["00280010"]!.Value![0] as number,
        origins.length,
      ],
      rowStep: [o[0]! * spacing[1]!, o[1]! * spacing[1]!, o[2]! * spacing[1]!],
      columnStep: [o[3]! * spacing[0]!, o[4]! * spacing[0]!, o[5]! * spacing[0]!],
      origins,
      spacing: origins.length > 1 ? depth(origins[1]!) - depth(origins[0]!) : undefined,
      thickness: undefined,
      grid: undefined,
    },
    images: [...planes.values()].map((same) => same.map(({ image }) => image)),
    studyInstanceUID: readText(first, "StudyInstanceUID"),
    seriesInstanceUID: readText(first, "SeriesInstanceUID"),
    seriesDescription: readText(first, "SeriesDescription"),
    frameOfReferenceUID: readText(first, "FrameOfReferenceUID"),
    diagnostics: [],
  };
}

function imagesOf(dataset: DicomJson): readonly PlacedImage[] {
  const frames = readItems(dataset, "PerFrameFunctionalGroupsSequence");
  const image = (frameNumber: number): ReferenceImage => ({
    sopClassUID: readText(dataset, "SOPClassUID"),
    sopInstanceUID: readText(dataset, "SOPInstanceUID"),
    frameNumber,
    path: "",
  });
  const position = (from: DicomJson): Vector3 => {
    const [x, y, z] = readNumbers(from, "ImagePositionPatient", 3)!;
    return [x!, y!, z!];
  };
  if (frames.length === 0) return [{ position: position(dataset), image: image(0) }];
  return frames.map((frame, i) => ({
    position: position(readItems(frame, "PlanePositionSequence")[0]!),
    image: image(i + 1),
  }));
}
