// Counts open connections, in all and by the address they come from, so that one client cannot take the places of all others.

export type ConnectionLimits = {
  connectionsMax: number;
  connectionsPerAddressMax: number;
};

export type ConnectionCounter = {
  /** False when there is no room; otherwise the connection counts until `leave`. */
  enter(connectionId: string, address: string): boolean;
  /** Of one that has not entered, or has left already: nothing. */
  leave(connectionId: string): void;
  count(): number;
};

/** All addresses of one IPv6 customer share a /64, so they share what one client may have. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0');
  return [...groups, ...zeros, ...after].slice(0, 4).join(':');
}

/** `placeOf` says what is counted together; addresses by their network unless it says otherwise. */
export function createConnectionCounter(limits: ConnectionLimits, placeOf = networkOf): ConnectionCounter {
  const placeById = new Map<string, string>();
  const countByPlace = new Map<string, number>();
  return {
    enter(connectionId, address) {
      const place = placeOf(address);
      const count = countByPlace.get(place) ?? 0;
      if (placeById.size >= limits.connectionsMax || count >= limits.connectionsPerAddressMax) return false;
      placeById.set(connectionId, place);
      countByPlace.set(place, count + 1);
      return true;
    },
    leave(connectionId) {
      const place = placeById.get(connectionId);
      if (place === undefined) return;
      placeById.delete(connectionId);
      const rest = (countByPlace.get(place) ?? 1) - 1;
      if (rest === 0) countByPlace.delete(place);
      else countByPlace.set(place, rest);
    },
    count: () => placeById.size,
  };
}
