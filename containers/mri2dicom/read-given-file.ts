import { isProgramError, UsageError } from "#shared/errors.ts";
import { readWholeFile } from "#shared/files/read-whole-file.ts";

/**
 * All bytes of a small file that an option names: not to be there is wrong use, unlike a broken image.
 *
 * @param code - of the error
 * @throws UsageError of this code
 */
export async function readGivenFile(
  code: string,
  path: string,
  longest: number,
): Promise<Uint8Array> {
  try {
    return await readWholeFile({ path, absolutePath: path }, longest);
  } catch (error) {
    if (!isProgramError(error)) throw error;
    throw new UsageError(
      code,
      error.message,
      "Is it the file you mean, and may this user read it?",
    );
  }
}
