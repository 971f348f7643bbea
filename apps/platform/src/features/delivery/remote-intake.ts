// The intake of a process that accepts mail and does not deliver it: rows wait in the database, and delivering
// processes are told so.

import { coalesceNotify } from '@pennyblack/runtime/database/coalesced-notify.ts';
import type { DeliveryIntake } from './intake.ts';

export const deliveryChannel = 'pennyblack_delivery';

export function createRemoteIntake(notify: () => Promise<void>, onError: (error: unknown) => void): DeliveryIntake {
  return {
    reserve: () => undefined,
    cancel: () => {},
    take: () => {},
    wake: coalesceNotify(notify, onError),
  };
}
