import type { Readable } from "node:stream";
import { JSONParser, TokenType } from "@streamparser/json";
import type { Call, Shape, XnatConnection } from "./connection.ts";
import { complain, unexpected } from "./judge-answer.ts";
import { type Row, resultSet, rowShape } from "./rows.schema.ts";

/** Where the values of a long answer lie, and what they and the answer look like. */
export interface Plan<T> {
  /** Path of one value: "$.ResultSet.Result.*", "$.*". */
  readonly at: string;
  readonly value: Shape<T>;
  /** The whole answer: it decides when there was no value at all, so that an error page is not taken for an empty list. */
  readonly whole: Shape<unknown>;
  /** Bytes of the whole answer; 1 GiB unless it says otherwise. */
  readonly limitBytes?: number;
}

/** An answer without values, or a single value, of more bytes than this is none of XNAT's. */
const limitBetweenValues = 8 * 1024 * 1024;
/** Deepest nesting: eight million "[" are short as an answer and fill two gigabytes as a stack. */
const deepest = 100;

/**
 * The values of a JSON answer one by one, while it arrives: memory does not grow with its length.
 *
 * A body that breaks off rejects with XnatError "transient"; what came before has then been handed out, and the caller, who
 * asks again, must expect it in another order (L6).
 */
export async function* streamValues<T>(
  connection: XnatConnection,
  call: Call,
  plan: Plan<T>,
): AsyncGenerator<T, void, undefined> {
  const opened = Promise.withResolvers<Readable>();
  const finished = Promise.withResolvers<void>();
  // The connection lends the body for the time of a callback: it waits there until this generator is done.
  const exchange = connection.stream(call, (body) => {
    opened.resolve(body);
    return finished.promise;
  });
  exchange.catch(opened.reject);
  try {
    yield* valuesOf(await opened.promise, call, plan);
  } finally {
    finished.resolve();
    await exchange;
  }
}

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

async function* valuesOf<T>(body: Readable, call: Call, plan: Plan<T>): AsyncGenerator<T> {
  const limit = plan.limitBytes ?? 1024 * 1024 * 1024;
  const parser = new JSONParser({ paths: [plan.at], keepStack: false });
  let arrived: unknown[] = [];
  parser.onValue = ({ value }) => {
    arrived.push(value);
  };
  let depth = 0;
  parser.onToken = ({ token }) => {
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) depth += 1;
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) depth -= 1;
    if (depth > deepest) throw new Error("nested too deep");
  };
  let received = 0;
  let sinceValue = 0;
  let any = false;
  const opening: Buffer[] = [];
  for await (const piece of body) {
    const chunk = typeof piece === "string" ? Buffer.from(piece) : (piece as Buffer);
    received += chunk.length;
    sinceValue += chunk.length;
    if (!any) opening.push(chunk);
    try {
      parser.write(chunk);
    } catch (cause) {
      const what = depth > deepest ? "JSON that is nested too deep" : "no JSON";
      const found = received === chunk.length ? what : `${what} near byte ${received}`;
      throw unexpected(call, found, any ? chunk.toString("utf8") : textOf(opening), cause);
    }
    if (arrived.length > 0) {
      const values = arrived;
      arrived = [];
      sinceValue = 0;
      if (!any) opening.length = 1;
      any = true;
      for (const value of values) yield checked(call, plan.value, value);
    }
    if (received > limit || sinceValue > limitBetweenValues) {
      throw complain("too-large", call, {
        found: `more than ${received > limit ? limit : limitBetweenValues} bytes`,
        hint: "Ask for less, or check what answers at this address.",
      });
    }
  }
  if (!parser.isEnded) {
    throw complain("transient", call, {
      found: `the answer ended in the middle, after ${received} bytes`,
      answer: textOf(opening),
      hint: "Try again.",
      rule: "L6",
    });
  }
  if (!any) checked(call, plan.whole, JSON.parse(textOf(opening)));
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");

function checked<T>(call: Call, shape: Shape<T>, value: unknown): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  throw unexpected(call, `not what was expected: ${result.error.message}`, JSON.stringify(value));
}
