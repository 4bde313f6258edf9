import { referencePath } from "../shared/fit/curves.ts";

/** Where ParaVision data sets are, when they are at hand. */
export const brukerFolder = referencePath("..", "bruker");
