/** Folder of the maps in the output. */
export const mapFolder = "maps";
