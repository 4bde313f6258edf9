import { crc32 } from "node:zlib";

/** An entry as a forger writes it: every field may lie. */
export interface Forged {
  readonly name: string;
  readonly bytes?: Buffer;
  readonly packed?: Buffer;
  readonly method?: number;
  readonly size?: number;
  readonly crc?: number;
  readonly flags?: number;
  readonly mode?: number;
  /** Offset of the local header in place of the true one. */
  readonly offset?: number;
  readonly comment?: Buffer;
}

/** Bytes of a zip of these entries, the last `cut` of them missing, that says it has `count`. */
export function forge(
  entries: readonly Forged[],
  { cut = 0, count = entries.length } = {},
): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const bytes = entry.bytes ?? Buffer.alloc(0);
    const packed = entry.packed ?? bytes;
    const name = Buffer.from(entry.name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x800 | (entry.flags ?? 0), 2);
    shared.writeUInt16LE(entry.method ?? 0, 4);
    shared.writeUInt32LE(entry.crc ?? crc32(bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(entry.size ?? bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, name, packed]);
    const tail = Buffer.alloc(14);
    const comment = entry.comment ?? Buffer.alloc(0);
    tail.writeUInt16LE(comment.length, 0);
    tail.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 6);
    tail.writeUInt32LE(entry.offset ?? offset, 10);
    const made = Buffer.from([20, entry.mode === undefined ? 0 : 3]);
    centrals.push(Buffer.concat([Buffer.from("PK\x01\x02"), made, shared, tail, name, comment]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  const all = Buffer.concat([...locals, directory, Buffer.from("PK\x05\x06"), end]);
  return all.subarray(0, all.length - cut);
}
