// The intake of a process that accepts mail and does not deliver it: rows wait in the database, and delivering
// processes are told so.

import type { DeliveryIntake } from './intake.ts';

export const deliveryChannel = 'pennyblack_delivery';

/** At most twenty notifications a second: they are hints, the poll of every second is the promise. */
const notifyEveryMilliseconds = 50;

export function createRemoteIntake(notify: () => Promise<void>, onError: (error: unknown) => void): DeliveryIntake {
  let isPaused = false;
  let isWanted = false;

  function send(): void {
    isWanted = false;
    isPaused = true;
    notify().catch(onError);
    setTimeout(() => {
      isPaused = false;
      if (isWanted) send();
    }, notifyEveryMilliseconds).unref();
  }

  return {
    reserve: () => undefined,
    cancel: () => {},
    take: () => {},
    wake: () => {
      if (isPaused) isWanted = true;
      else send();
    },
  };
}
