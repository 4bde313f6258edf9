import type { MeasurementsRequest } from "#shared/dicom/encode-measurements.ts";
import type { MeasurementGroup } from "#shared/dicom/measurement-group.ts";
import { exampleIdentity, exampleTemplate } from "./example-map.ts";

export const exampleGroup: MeasurementGroup = {
  segmentNumber: 2,
  trackingIdentifier: "kidney 2 (left)",
  trackingUID: "2.25.77",
  mapName: "T2map.nii.gz",
  quantity: "T2",
  unit: "ms",
  nVoxels: 997,
  nValid: 976,
  statistics: {
    mean: 62.9643955504308,
    sd: 23.3241114939923,
    median: 62.4899997711182,
    min: -3.5,
    max: 122.629997253418,
  },
  volumeMm3: 71.784,
  areaMm2: 71.784,
};

export const exampleRequest: MeasurementsRequest = {
  template: exampleTemplate,
  series: { ...exampleIdentity, images: exampleIdentity.sliceSources.flat() },
  segmentation: {
    sopClassUID: "1.2.840.10008.5.1.4.1.1.66.4",
    sopInstanceUID: "2.25.1001",
    seriesInstanceUID: "2.25.1000",
  },
  groups: [
    exampleGroup,
    { ...exampleGroup, mapName: "R2map", quantity: "R2", unit: "1/s", nValid: 0 },
    {
      ...exampleGroup,
      segmentNumber: 1,
      trackingIdentifier: "tumör",
      trackingUID: "2.25.78",
      finding: { value: "85756007", scheme: "SCT", meaning: "Tissue" },
      quantity: undefined,
      unit: "arbitrary",
    },
  ],
  seriesNumberOffset: 91,
  name: "measurements",
  tool: { name: "mask-average", version: "0.1.0" },
  options: '{"edge":"half-open"}',
};
