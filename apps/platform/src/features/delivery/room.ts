// The room that delivery has in memory. What is accepted while there is room is inserted as already owned by this
// process and handed over after the commit, so that it needs no claim; what finds no room waits in the database.

import { type Lane, lanes } from './delivery-item.ts';

export type RoomLimits = { itemsMaxPerLane: number; bytesMax: number };

export const defaultRoomLimits: RoomLimits = { itemsMaxPerLane: 10_000, bytesMax: 256 * 1024 * 1024 };

/** Broadcasts leave this share of the bytes to transactional mail. */
const broadcastBytesShare = 0.75;

export type Room = {
  /** True when the items fit; they count from now on. */
  reserve(lane: Lane, items: number, bytes: number): boolean;
  release(lane: Lane, items: number, bytes: number): void;
  /** How many more items the lane takes. */
  itemsFree(lane: Lane): number;
  itemsHeld(): number;
};

export function createRoom(limits: RoomLimits): Room {
  const items = [0, 0];
  let bytes = 0;

  return {
    reserve: (lane, count, size) => {
      const bytesMax = lane === lanes.broadcast ? limits.bytesMax * broadcastBytesShare : limits.bytesMax;
      const held = items[lane] ?? 0;
      if (held + count > limits.itemsMaxPerLane || bytes + size > bytesMax) return false;
      items[lane] = held + count;
      bytes += size;
      return true;
    },
    release: (lane, count, size) => {
      items[lane] = (items[lane] ?? 0) - count;
      bytes -= size;
    },
    itemsFree: lane => Math.max(0, limits.itemsMaxPerLane - (items[lane] ?? 0)),
    itemsHeld: () => (items[0] ?? 0) + (items[1] ?? 0),
  };
}
