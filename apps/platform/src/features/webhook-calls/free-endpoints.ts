// Frees the webhooks whose calls a dead process made. A call it had under way is made again, with the same trace id.

import type { FreeWorkOf } from '../processes/end-dead-processes.ts';
import { freeEndpoints } from './store.ts';

export const freeEndpointsOfDead: FreeWorkOf = (tx, processNumbers) => freeEndpoints(tx, processNumbers);
