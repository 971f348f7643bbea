// The mail that this process is to read next: what it has just taken, with its source still in memory, and what it claimed. It
// decides how much may be held; it knows no database.

import type { ClaimedSource, InboundSource } from './inbound-message.ts';

/** `source` is there when the mail was taken here a moment ago; otherwise it was claimed, and is read when its turn comes. */
export type InboundWork =
  | { claimed: ClaimedSource; source: InboundSource; isClaimed: false }
  | { claimed: ClaimedSource; source: undefined; isClaimed: true };

export type WorkInHand = {
  /**
   * Asks to go on with a mail that is about to be stored. True: its row is this process's, and `take` or `cancel` follows.
   * Until then a claim does not see it as left over. One server never has more than half of the room, so that a flood at one
   * of them leaves the way short for the others.
   */
  reserve(serverId: number, sourceId: string, bytes: number): boolean;
  cancel(sourceId: string): void;
  /** What was reserved is stored. */
  take(work: InboundWork): void;
  /** What was claimed. False when it is here already. */
  add(work: InboundWork): boolean;
  /** The oldest of these kinds. Each has its own turn, so that large mail that others have left holds up none that has just come. */
  next(kinds: { taken: boolean; claimed: boolean }): InboundWork | undefined;
  /** It is recorded, or given back. */
  finish(sourceId: string): void;
  sourceIds(): string[];
  count(): number;
  /** Nothing is reserved from now on. */
  close(): void;
};

export function createWorkInHand(limits: { mailsMax: number; bytesMax: number }, onWork: () => void): WorkInHand {
  type Held = { serverId: number; bytes: number };
  /** By source id, everything from its reservation to its end. */
  const held = new Map<string, Held>();
  const heldBy = new Map<number, { mails: number; bytes: number }>();
  let bytes = 0;
  let ready: InboundWork[] = [];
  let isClosed = false;

  function hold(sourceId: string, mail: Held): void {
    if (held.has(sourceId)) return;
    held.set(sourceId, mail);
    count(mail, 1);
  }

  function drop(sourceId: string): void {
    const mail = held.get(sourceId);
    if (!mail) return;
    held.delete(sourceId);
    count(mail, -1);
  }

  function count(mail: Held, sign: 1 | -1): void {
    bytes += sign * mail.bytes;
    const own = heldBy.get(mail.serverId) ?? { mails: 0, bytes: 0 };
    const now = { mails: own.mails + sign, bytes: own.bytes + sign * mail.bytes };
    if (now.mails > 0) heldBy.set(mail.serverId, now);
    else heldBy.delete(mail.serverId);
  }

  function hasRoom({ serverId, bytes: size }: Held): boolean {
    if (held.size >= limits.mailsMax || bytes + size > limits.bytesMax) return false;
    const own = heldBy.get(serverId);
    return own === undefined || (own.mails < limits.mailsMax / 2 && own.bytes + size <= limits.bytesMax / 2);
  }

  function push(work: InboundWork): void {
    ready.push(work);
    onWork();
  }

  return {
    reserve: (serverId, sourceId, size) => {
      const mail = { serverId, bytes: size };
      if (isClosed || !hasRoom(mail)) return false;
      hold(sourceId, mail);
      return true;
    },
    cancel: drop,
    take: push,
    add: work => {
      if (isClosed || held.has(work.claimed.sourceId)) return false;
      hold(work.claimed.sourceId, { serverId: work.claimed.serverId, bytes: 0 });
      push(work);
      return true;
    },
    next: kinds => {
      const position = ready.findIndex(({ isClaimed }) => (isClaimed ? kinds.claimed : kinds.taken));
      return position < 0 ? undefined : ready.splice(position, 1)[0];
    },
    finish: drop,
    sourceIds: () => [...held.keys()],
    count: () => held.size,
    close: () => {
      isClosed = true;
      for (const { claimed } of ready) drop(claimed.sourceId);
      ready = [];
    },
  };
}
