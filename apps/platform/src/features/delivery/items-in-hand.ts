// The items that this process has in memory, from the moment they come in until their outcome is recorded: counts the
// room they take, and turns every end of an attempt into a recorded outcome.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Random } from '@pennyblack/runtime/random.ts';
import type { DeliveryItem } from './delivery-item.ts';
import type { Answerer, Outcome } from './outcome.ts';
import type { ResultRecorder } from './results.ts';
import { planRetry } from './retry-rules.ts';
import type { Room } from './room.ts';

/** Why an attempt did not end. `isUncertain`: the final dot was sent and nobody answered. */
export type Deferral = { reply: string; by: Answerer; isUncertain: boolean };

export type ItemsInHand = {
  /** Ends the item in this process. */
  finish(item: DeliveryItem, outcome: Outcome): void;
  /** Another attempt by the schedule, or a soft bounce when its time is over. */
  defer(item: DeliveryItem, why: Deferral): void;
};

export type ItemsInHandDeps = {
  clock: Clock;
  random: Random;
  room: Room;
  results: ResultRecorder;
  retryDelaysInSeconds: readonly number[];
  /** What the stream wants for a recipient whose final dot was sent and not answered. */
  holdsUncertain(serverId: number, streamId: string): Promise<boolean>;
  onOutcome(outcome: Outcome, item: DeliveryItem): void;
  onError(error: unknown): void;
};

export function createItemsInHand(deps: ItemsInHandDeps): ItemsInHand {
  function finish(item: DeliveryItem, outcome: Outcome): void {
    deps.onOutcome(outcome, item);
    void deps.results.record({ item, outcome }).then(() => deps.room.release(item.lane, 1, item.message.bytes));
  }

  async function isHeld(item: DeliveryItem): Promise<boolean> {
    try {
      return await deps.holdsUncertain(item.message.serverId, item.message.content.streamId);
    } catch (error) {
      // The stream's wish could not be read. Sending again is the default.
      deps.onError(error);
      return false;
    }
  }

  function defer(item: DeliveryItem, why: Deferral): void {
    const now = deps.clock.now();
    const decision = planRetry(
      item.attempts + 1,
      item.receivedAt,
      now,
      deps.random.fraction(),
      deps.retryDelaysInSeconds,
    );
    if (decision.kind === 'give_up') {
      finish(item, { kind: 'bounced', type: 'SoftBounce', reply: why.reply, by: why.by });
      return;
    }
    const { dueAt } = decision;
    if (!why.isUncertain) finish(item, { kind: 'deferred', dueAt, isHeld: false, ...why });
    else void isHeld(item).then(held => finish(item, { kind: 'deferred', dueAt, isHeld: held, ...why }));
  }

  return { finish, defer };
}
