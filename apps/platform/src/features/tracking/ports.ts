// What tracking needs from outside.

import type { Place } from './reading.ts';

/** Empty when nothing is known of the address. Never throws. */
export type FindPlace = (ip: string) => Place;
