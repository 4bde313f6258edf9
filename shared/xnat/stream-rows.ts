import type { Call, XnatConnection } from "./connection.ts";
import { type Row, resultSet, rowShape } from "./rows.schema.ts";
import { streamValues } from "./stream-values.ts";

/** The rows of a list one by one, while it arrives: the list of all scans of a project may have 100,000. */
export function streamRows(
  connection: XnatConnection,
  path: readonly string[],
  query: Call["query"] = {},
): AsyncGenerator<Row, void, undefined> {
  const call: Call = { method: "GET", path, query: { ...query, format: "json" } };
  return streamValues(connection, call, {
    at: "$.ResultSet.Result.*",
    value: rowShape,
    whole: resultSet,
  });
}
