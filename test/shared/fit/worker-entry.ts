import "#shared/fit/fit-slab.ts";
import { serveTasks } from "#shared/parallel/pool.ts";

// What a worker thread of the tests loads.
serveTasks();
