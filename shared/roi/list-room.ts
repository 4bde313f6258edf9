/** Numbers of a block that is used for many lists: more than a region needs in one plane as a rule. */
export const blockLength = 2 ** 20;

/** Longer blocks are not kept for the next region. */
const mostLength = 4 * blockLength;

/**
 * Memory for lists that are needed until a region is put together, and used again for the next one: lists of all planes are
 * millions of numbers, which would otherwise be left to the collector for each region.
 */
export interface ListRoom<List extends Uint32Array | Float64Array> {
  readonly make: (length: number) => List;
  /** Numbers of a block at least. */
  readonly least: number;
  block: List;
  /** Numbers of the block that are in use. */
  used: number;
}

/** Room for the pixels, and for the shares of a region. */
export interface RegionRoom {
  readonly pixels: ListRoom<Uint32Array>;
  readonly shares: ListRoom<Float64Array>;
}

/**
 * Room that takes no memory yet.
 *
 * @param least - numbers of a block; 0 for one list only
 */
export function newRegionRoom(least: number): RegionRoom {
  const shared = { least, used: 0 };
  return {
    pixels: { ...shared, make: (length) => new Uint32Array(length), block: new Uint32Array(0) },
    shares: { ...shared, make: (length) => new Float64Array(length), block: new Float64Array(0) },
  };
}

/** Gives all lists back: what was taken before is no longer valid. */
export function clearRoom({ pixels, shares }: RegionRoom): void {
  clear(pixels);
  clear(shares);
}

function clear<List extends Uint32Array | Float64Array>(room: ListRoom<List>): void {
  if (room.block.length > mostLength) room.block = room.make(0);
  room.used = 0;
}

/** A list of at most this many numbers, not yet taken; what it holds is not defined. */
export function offerList<List extends Uint32Array | Float64Array>(
  room: ListRoom<List>,
  most: number,
): List {
  if (room.block.length - room.used < most) {
    // Lists that were taken keep the old block alive.
    const longer = Math.min(mostLength, 2 * room.block.length);
    room.block = room.make(Math.max(room.least, most, room.least > 0 ? longer : 0));
    room.used = 0;
  }
  return room.block.subarray(room.used, room.used + most) as List;
}

/** Takes the first numbers of the list last offered. */
export function takeList<List extends Uint32Array | Float64Array>(
  room: ListRoom<List>,
  offered: List,
  count: number,
): List {
  room.used += count;
  return offered.subarray(0, count) as List;
}
