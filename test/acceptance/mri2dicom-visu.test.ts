import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { frameNumbers, frameRemarks, frameValues } from "#shared/paravision/frame-values.ts";
import { imageShape } from "#shared/paravision/geometry-rows.ts";
import { indexInGroup } from "#shared/paravision/group-index.ts";
import { parseParameterFile } from "#shared/paravision/parse-parameter-file.ts";
import { phaseDirection } from "#shared/paravision/phase-direction.ts";
import { planeOf } from "#shared/paravision/planes.ts";
import { readVisu } from "#shared/paravision/read-visu.ts";
import { isSkip, type Skip } from "#shared/paravision/reconstruction.ts";
import { slicesOf } from "#shared/paravision/slice-packages.ts";
import { countPartitions, type Visu } from "#shared/paravision/visu.ts";
import { dot } from "#shared/volume/vector.ts";
import {
  findRawDataset,
  rawDatasets,
  readStated,
  type StatedReconstruction,
  valueAt,
} from "./raw-datasets.ts";

// Every reconstruction of the raw datasets against what their makers computed from the files.

function visuOf(folder: string, { path }: StatedReconstruction): Visu | Skip {
  const name = join(folder, path, "visu_pars");
  const file = parseParameterFile(readFileSync(name), name);
  return isSkip(file) ? file : readVisu(file);
}

const wordTypes: Readonly<Record<string, string>> = {
  _8BIT_UNSGN_INT: "uint8",
  _16BIT_SGN_INT: "int16",
  _32BIT_SGN_INT: "int32",
  _32BIT_FLOAT: "float32",
};

describe.each(rawDatasets)("%s", (name) => {
  const folder = findRawDataset(name);
  const stated = folder === undefined ? [] : readStated(folder);
  const images = stated.filter(
    ({ pixels, expect: what }) => pixels !== undefined && what !== "skip",
  );

  test.skipIf(folder === undefined)("pixels and frame groups are those stated", () => {
    expect(images.length).toBeGreaterThan(0);
    for (const one of images) {
      const visu = visuOf(folder!, one);
      if (isSkip(visu)) throw new Error(visu.text);
      const { wordType, size, frameCount } = one.pixels!;
      expect(visu).toMatchObject({ wordType: wordTypes[wordType], size, frameCount });
      expect(visu.groups).toEqual(one.frameGroups);
      for (const [id, indices] of Object.entries(one.perFrame.groupIndex)) {
        const group = visu.groups.find((candidate) => candidate.id === id)!;
        const found = indices.map((_, frame) => indexInGroup(visu.groups, group, frame));
        expect(found).toEqual(indices);
      }
    }
  });

  test.skipIf(folder === undefined)("what varies by frame has the stated value in each", () => {
    for (const one of images) {
      const visu = visuOf(folder!, one) as Visu;
      for (const [parameter, values] of [
        ["VisuAcqEchoTime", one.perFrame.EchoTime],
        ["VisuAcqRepetitionTime", one.perFrame.RepetitionTime],
        ["VisuCoreDataSlope", one.perFrame.slope],
        ["VisuCoreDataOffs", one.perFrame.offset],
        ["VisuFGElemComment", one.perFrame.elementComment],
        ["VisuCoreDataUnits", one.perFrame.dataUnits],
      ] as const) {
        if (values === undefined || values === null) continue;
        const found = frameValues(visu, parameter);
        for (let frame = 0; frame < visu.frameCount; frame++) {
          expect(found?.of(frame)[0]).toBe(valueAt<string | number | null>(values, frame));
        }
      }
      // Nothing was guessed.
      expect(frameRemarks(visu)).toEqual([]);
      expect(frameNumbers(visu, "VisuCoreFrameThickness")).toBeDefined();
    }
  });

  test.skipIf(folder === undefined)("every image lies where it is stated to lie", () => {
    for (const one of images) {
      const visu = visuOf(folder!, one) as Visu;
      const { geometry } = one;
      const shape = imageShape(visu, false);
      expect(shape).toMatchObject({ rows: geometry.rows, columns: geometry.columns });
      closeTo([shape.rowSpacingMm, shape.columnSpacingMm], geometry.pixelSpacingMm);
      const slices = slicesOf(visu);
      for (let frame = 0; frame < visu.frameCount; frame++) {
        const place = geometry.sliceIndexOfFrame;
        const slice = place === "frame index" ? frame : valueAt(place as number | number[], frame);
        const plane = geometry.volume ?? geometry.slices![slice]!;
        if (geometry.volume === undefined) expect(slices.of(frame)).toBe(slice);
        const { position, row, column, normal } = planeOf(visu, frame, 0);
        closeTo(position, geometry.partitionPositions?.storedFirst ?? plane.imagePositionPatient);
        closeTo([...row, ...column], plane.imageOrientationPatient);
        closeTo([dot(position, normal)], [plane.sliceLocation]);
        expect(phaseDirection(visu, frame)).toBe(plane.inPlanePhaseEncodingDirection);
      }
      if (geometry.partitionPositions !== undefined) {
        const last = planeOf(visu, 0, countPartitions(visu) - 1);
        closeTo(last.position, geometry.partitionPositions.storedLast);
      }
    }
  });

  test.skipIf(folder === undefined)(
    "slices form the stated packages at the stated distance",
    () => {
      for (const one of images) {
        const visu = visuOf(folder!, one) as Visu;
        const { packages, partitionSpacingMm } = one.geometry;
        const found = slicesOf(visu).packages;
        if (packages === undefined) {
          closeTo([found[0]!.spacingMm!], [partitionSpacingMm!]);
          continue;
        }
        expect(found.map(({ first, count }) => [first, count])).toEqual(
          packages.map(({ firstSlice, slices }) => [firstSlice, slices]),
        );
        for (const [at, { spacingBetweenSlicesMm }] of packages.entries()) {
          const { spacingMm } = found[at]!;
          if (typeof spacingBetweenSlicesMm !== "number") expect(spacingMm).toBeUndefined();
          else closeTo([spacingMm!], [spacingBetweenSlicesMm]);
        }
      }
    },
  );

  test.skipIf(folder === undefined)("spectra are no images", () => {
    for (const one of stated.filter(({ reason }) => reason === "spectroscopic")) {
      expect(visuOf(folder!, one)).toMatchObject({ skip: "spectroscopic" });
    }
  });
});

/** mm and unit vectors: to the digits of the stated numbers. */
function closeTo(found: readonly number[], stated: readonly number[]): void {
  expect(found.length).toBe(stated.length);
  for (const [n, value] of found.entries()) expect(Math.abs(value - stated[n]!)).toBeLessThan(1e-8);
}
