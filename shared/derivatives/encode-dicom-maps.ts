import type { DerivedRequest, DicomFile } from "#shared/dicom/derived-object.ts";
import { encodeDerivedSeries } from "#shared/dicom/derived-series.ts";
import { encodeParametricMap } from "#shared/dicom/encode-parametric-map.ts";
import { defineTask } from "#shared/parallel/pool.ts";
import { applyPolicy, type ValuePolicy } from "./value-policy.ts";

/** A map that is to become DICOM; its samples and the status lie on shared memory. */
export interface DicomToEncode {
  readonly request: DerivedRequest;
  /** Shape of the map, codes of shared/fit/status.ts. */
  readonly status: Uint8Array;
  readonly policy: ValuePolicy;
  readonly forms: readonly ("derived" | "pm")[];
}

/** The files, and the largest rounding of the derived series in the unit of the map (undefined without one). */
export interface EncodedDicom {
  readonly files: readonly DicomFile[];
  readonly largestRounding: number | undefined;
}

/** A map as a derived MR series, as a Parametric Map, or both. For worker threads. */
export const encodeDicomMaps = defineTask(
  "encode-dicom-maps",
  ({ request, status, policy, forms }: DicomToEncode): EncodedDicom => {
    const samples = applyPolicy(request.map.samples as Float32Array, status, policy);
    const asked = { ...request, map: { ...request.map, samples } };
    const files: DicomFile[] = [];
    let largestRounding: number | undefined;
    if (forms.includes("derived")) {
      const derived = encodeDerivedSeries(asked);
      files.push(...(derived?.files ?? []));
      largestRounding = derived?.maximumError;
    }
    if (forms.includes("pm")) {
      const seriesNumberOffset = asked.seriesNumberOffset + 1;
      const parametric = encodeParametricMap({ ...asked, seriesNumberOffset });
      if (parametric !== undefined) files.push(parametric);
    }
    return { files, largestRounding };
  },
);
