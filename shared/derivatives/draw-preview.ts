import { defineTask } from "#shared/parallel/pool.ts";
import { encodePreview, type PreviewContent } from "#shared/report/preview.ts";

/** The preview picture of a map as PNG, for worker threads; the samples lie on shared memory. */
export const drawPreview = defineTask("draw-preview", (content: PreviewContent) =>
  encodePreview(content),
);
