import { lpsToRas } from "#shared/volume/grid.ts";
import type { Volume } from "#shared/volume/volume.ts";
import { axisOrder, reorderGrid, reorderSamples } from "./axis-order.ts";
import { datatypeOf, sampleBytes, viewSamples } from "./datatype.ts";
import { encodeHeader, headerBytes } from "./header.ts";

export interface NiftiOptions {
  /** At most 79 characters, for instance "Map T2 [s] process-t2 1.0.0". */
  readonly description: string;
  /** Display range in units of the samples; left out, none is written. */
  readonly calMin?: number;
  readonly calMax?: number;
  /** MRAcquisitionType of the DICOM series is 3D: see axisOrder. Default false. */
  readonly acquisition3D?: boolean;
}

/**
 * A volume as an uncompressed single-file NIfTI: little-endian samples, true affine in sform and qform
 * (qform left out when the affine has shear), slope 1, mm.
 *
 * Float64 samples are written as float32, all others in their own type. Axes are in the order of
 * axisOrder. The same volume and options give the same bytes.
 *
 * @throws Error when the number of samples is not that of the grid
 */
export function encodeNifti(volume: Volume, options: NiftiOptions): Uint8Array<ArrayBuffer> {
  const { grid, samples } = volume;
  const count = grid.shape[0] * grid.shape[1] * grid.shape[2];
  if (samples.length !== count) {
    throw new Error(`${samples.length} samples for a grid of ${grid.shape.join(" x ")}`);
  }
  const order = axisOrder(grid, options.acquisition3D ?? false);
  const fileGrid = reorderGrid(grid, order);
  const datatype = samples instanceof Float64Array ? "float32" : datatypeOf(samples);
  const start = headerBytes(fileGrid.shape);
  const bytes = new Uint8Array(start + count * sampleBytes(datatype));
  bytes.set(
    encodeHeader({
      shape: fileGrid.shape,
      datatype,
      affineRas: lpsToRas(fileGrid.affineLps),
      description: options.description,
      calMin: options.calMin ?? 0,
      calMax: options.calMax ?? 0,
    }),
  );
  const out = viewSamples(datatype, bytes.buffer, start, count);
  reorderSamples(samples, grid.shape, order, out);
  return bytes;
}
