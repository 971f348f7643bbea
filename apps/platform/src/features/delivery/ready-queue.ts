// Items that may be sent now, to one destination. Transactional mail first; within a lane the servers take turns, so
// that one server's flood to a slow receiver does not keep the others waiting.

import { type DeliveryItem, lanes } from './delivery-item.ts';

export type ReadyQueue = {
  push(item: DeliveryItem): void;
  next(): DeliveryItem | undefined;
  /** Up to `count` items that will come next, without taking them. */
  peek(count: number): DeliveryItem[];
  length(): number;
  /** Empties the queue. */
  drain(): DeliveryItem[];
};

/** First in, first out, without moving what stays at each removal. */
class Fifo {
  #items: (DeliveryItem | undefined)[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: DeliveryItem): void {
    this.#items.push(item);
  }

  shift(): DeliveryItem | undefined {
    const item = this.#items[this.#first];
    if (item === undefined) return undefined;
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first > 1000 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  /** The item that has `position` others before it. */
  at(position: number): DeliveryItem | undefined {
    return this.#items[this.#first + position];
  }

  all(): DeliveryItem[] {
    return this.#items.slice(this.#first).filter(item => item !== undefined);
  }
}

/** One queue for each server; a Map keeps the order in which they had their last turn. */
class Lane {
  readonly #servers = new Map<number, Fifo>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: DeliveryItem): void {
    const { serverId } = item.message;
    let queue = this.#servers.get(serverId);
    if (!queue) {
      queue = new Fifo();
      this.#servers.set(serverId, queue);
    }
    queue.push(item);
    this.#length += 1;
  }

  next(): DeliveryItem | undefined {
    for (const [serverId, queue] of this.#servers) {
      // To the end of the line, or out of it.
      this.#servers.delete(serverId);
      const item = queue.shift();
      if (queue.length > 0) this.#servers.set(serverId, queue);
      if (item) {
        this.#length -= 1;
        return item;
      }
    }
    return undefined;
  }

  /** In the order of `next`: one of each server, then the second of each. */
  peek(count: number): DeliveryItem[] {
    const items: DeliveryItem[] = [];
    const wanted = Math.min(count, this.#length);
    for (let round = 0; items.length < wanted; round += 1) {
      for (const queue of this.#servers.values()) {
        const item = queue.at(round);
        if (item) items.push(item);
        if (items.length >= wanted) break;
      }
    }
    return items;
  }

  drain(): DeliveryItem[] {
    const items = [...this.#servers.values()].flatMap(queue => queue.all());
    this.#servers.clear();
    this.#length = 0;
    return items;
  }
}

export function createReadyQueue(): ReadyQueue {
  const transactional = new Lane();
  const broadcast = new Lane();
  return {
    push: item => (item.lane === lanes.transactional ? transactional : broadcast).push(item),
    next: () => transactional.next() ?? broadcast.next(),
    peek: count => {
      const first = transactional.peek(count);
      return first.length < count ? [...first, ...broadcast.peek(count - first.length)] : first;
    },
    length: () => transactional.length + broadcast.length,
    drain: () => [...transactional.drain(), ...broadcast.drain()],
  };
}
