import type { Call, XnatConnection } from "./connection.ts";
import { type Row, resultSet } from "./rows.schema.ts";

/** Lists that are read whole: some 200,000 files. What may be longer is streamed (stream-rows.ts). */
const limitBytes = 128 * 1024 * 1024;

/** All rows of a list; never paged, since pages have no stable order (L6). */
export function readRows(
  connection: XnatConnection,
  path: readonly string[],
  query: Call["query"] = {},
): Promise<readonly Row[]> {
  return connection.json(
    { method: "GET", path, query: { ...query, format: "json" } },
    resultSet,
    limitBytes,
  );
}
