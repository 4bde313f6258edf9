import "#shared/dicom/decode-frames.ts";
import "#shared/dicom/read-headers.ts";
import "#shared/fit/fit-slab.ts";
import "#shared/nifti/compress-nifti.ts";
import "#shared/paravision/convert-reconstruction.ts";
import "#shared/paravision/verify.ts";
import { serveTasks } from "#shared/parallel/pool.ts";

// A worker thread that knows every task: the entry for pools that tests and benches open.
serveTasks();
