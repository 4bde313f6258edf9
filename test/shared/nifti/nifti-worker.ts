import "#shared/nifti/compress-nifti.ts";
import { serveTasks } from "#shared/parallel/pool.ts";

serveTasks();
