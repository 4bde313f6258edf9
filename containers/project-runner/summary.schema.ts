import { z } from "zod";

// What the runner reads of the files that the programs write: enough for its table, and nothing else is asked of them.

const number = z.number().nullable().catch(null);

/** Statistics of the maps of one scan: summary.json of process-t1, process-t2 and process-dwi. */
export const summaryShape = z.object({
  maps: z.record(z.string(), z.looseObject({ unit: z.string() })),
});

/** A row of roi_statistics.json of mask-average. */
export const regionRowsShape = z.array(
  z.looseObject({
    map: z.string(),
    map_volume: number,
    unit: z.string(),
    roi_name: z.string(),
    roi_number: z.number(),
  }),
);
