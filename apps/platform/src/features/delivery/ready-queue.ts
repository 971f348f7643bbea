// Items that may be sent now, to one destination. Transactional mail first, each lane in order.

import { type DeliveryItem, lanes } from './delivery-item.ts';

/** A first-in, first-out list that does not move its items at each removal. */
class Lane {
  #items: (DeliveryItem | undefined)[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: DeliveryItem): void {
    this.#items.push(item);
  }

  shift(): DeliveryItem | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first > 1000 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  drain(): DeliveryItem[] {
    const items = this.#items.slice(this.#first).filter(item => item !== undefined);
    this.#items = [];
    this.#first = 0;
    return items;
  }
}

export type ReadyQueue = {
  push(item: DeliveryItem): void;
  next(): DeliveryItem | undefined;
  length(): number;
  /** Empties the queue. */
  drain(): DeliveryItem[];
};

export function createReadyQueue(): ReadyQueue {
  const transactional = new Lane();
  const broadcast = new Lane();
  return {
    push: item => (item.lane === lanes.transactional ? transactional : broadcast).push(item),
    next: () => transactional.shift() ?? broadcast.shift(),
    length: () => transactional.length + broadcast.length,
    drain: () => [...transactional.drain(), ...broadcast.drain()],
  };
}
