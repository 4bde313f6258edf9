import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { digestSource } from "#shared/xnat/digest.ts";

test("size, CRC-32 and MD5 of the RFC's and the standard's examples", async () => {
  // RFC 1321, A.5; the check value of CRC-32 (ITU-T V.42).
  const abc = { path: "a", size: 3, open: () => Buffer.from("abc") };
  expect((await digestSource(abc)).md5).toBe("900150983cd24fb0d6963f7d28e17f72");
  const digits = {
    path: "a",
    size: 9,
    open: () => Readable.from([Buffer.from("1234"), Buffer.from("56789")]),
  };
  expect(await digestSource(digits)).toMatchObject({ size: 9, crc32: 0xcbf43926 });
});

test("a source of another size than it says is an error", async () => {
  const source = (size: number) => ({ path: "a", size, open: () => Buffer.from("abc") });
  await expect(digestSource(source(2))).rejects.toMatchObject({ code: "E-FILE-CHANGED" });
  await expect(digestSource(source(4))).rejects.toMatchObject({ code: "E-FILE-CHANGED" });
});
