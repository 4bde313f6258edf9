import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { cell } from "#shared/xnat/rows.schema.ts";
import { streamRows } from "#shared/xnat/stream-rows.ts";
import { isXnatError, type XnatError } from "#shared/xnat/xnat-error.ts";
import {
  all,
  type FakeAnswer,
  fakeConnection,
  listOf,
  streamConnection,
} from "./fake-connection.ts";

const read = (answer: FakeAnswer): Promise<string[]> =>
  all(
    streamRows(
      fakeConnection(() => answer),
      ["data", "experiments"],
    ),
  ).then((rows) => rows.map((row) => cell(row, "ID")));

const failure = (answer: FakeAnswer): Promise<XnatError> =>
  read(answer).then(
    () => expect.fail("read"),
    (error) => (isXnatError(error) ? error : expect.fail(String(error))),
  );

describe("rows of a stream", () => {
  test("are the rows of the list, however it is cut", async () => {
    const rows = [{ ID: "Ä1" }, { ID: 'b "\\ é 😀' }, { ID: "c", n: 1, empty: null }];
    const bytes = Buffer.from(JSON.stringify(listOf(rows).value));
    for (const size of [1, 3, 7, bytes.length]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      expect(await read({ pieces })).toEqual(rows.map(({ ID }) => ID));
    }
  });

  test("an empty list is an empty list, with or without a total", async () => {
    expect(await read(listOf([]))).toEqual([]);
    expect(await read({ text: '{"ResultSet":{"Result":[]}}' })).toEqual([]);
  });

  test("other keys beside the rows do no harm", async () => {
    expect(
      await read({
        text: '{"ResultSet":{"Columns":[{"key":"URI"}],"title":"Files","Result":[{"ID":"a"}]}}',
      }),
    ).toEqual(["a"]);
  });

  test("L8: HTML in its place is quoted, without secrets", async () => {
    const error = await failure({
      text: "<html><body>Please log in JSESSIONID=ABCDEF0123</body></html>",
    });
    expect(error.kind).toBe("protocol");
    expect(error.message).toContain("Please log in");
    expect(error.message).not.toContain("ABCDEF0123");
  });

  test("another document is not an empty list", async () => {
    expect((await failure({ text: '{"items":[]}' })).kind).toBe("protocol");
    expect((await failure({ text: "[]" })).kind).toBe("protocol");
    expect((await failure({ text: '"x"' })).kind).toBe("protocol");
    expect((await failure({ text: '{"ResultSet":{"Result":["x"]}}' })).kind).toBe("protocol");
    expect(
      (await failure({ text: '{"ResultSet":{"Result":[{"ID":{"a":1}}]}}' })).message,
    ).toContain('{"ID":{"a":1}}');
  });

  test("a list that ends in the middle may be asked again", async () => {
    expect((await failure({ text: '{"ResultSet":{"Result":[{"ID":"a"},{"ID"' })).kind).toBe(
      "transient",
    );
    expect((await failure({ text: '{"ResultSet":{"Result":[{"ID":"a"}]}' })).kind).toBe(
      "transient",
    );
    expect((await failure({ text: "" })).kind).toBe("transient");
  });

  test("rubbish after or between rows is no list", async () => {
    expect((await failure({ text: '{"ResultSet":{"Result":[{"ID":"a"}]}} <html>' })).kind).toBe(
      "protocol",
    );
    expect((await failure({ text: '{"ResultSet":{"Result":[{"ID":"a"} oops' })).kind).toBe(
      "protocol",
    );
  });

  test("a value without end is refused before it fills the memory", async () => {
    function* endless(): Generator<Uint8Array> {
      yield Buffer.from('{"ResultSet":{"Result":[{"ID":"');
      for (;;) yield Buffer.alloc(65_536, "x");
    }
    const error = await failure({ pieces: endless() });
    expect(error.kind).toBe("too-large");
  });

  test("values in values without end are refused at once", async () => {
    for (const piece of ["[", '{"a":']) {
      const pieces = [Buffer.from('{"ResultSet":{"Result":['), Buffer.from(piece.repeat(10_000))];
      const error = await failure({ pieces });
      expect(error).toMatchObject({ kind: "protocol" });
      expect(error.message).toContain("too deep");
    }
  });

  test("leaving early ends the exchange", async () => {
    const server = createServer((_, response) => {
      response.write('{"ResultSet":{"Result":[{"ID":"a"}');
      for (let n = 0; n < 1000; n += 1) response.write(`,{"ID":"${n}"}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const connection = streamConnection((server.address() as AddressInfo).port);
    for await (const row of streamRows(connection, ["data"])) {
      expect(cell(row, "ID")).toBe("a");
      break;
    }
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  test("a broken line is the connection's error", async () => {
    const server = createServer((_, response) => {
      response.write('{"ResultSet":{"Result":[{"ID":"a"}');
      setTimeout(() => response.destroy(), 20);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const connection = streamConnection((server.address() as AddressInfo).port);
    await expect(all(streamRows(connection, ["data"]))).rejects.toMatchObject({
      kind: "transient",
    });
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
});
