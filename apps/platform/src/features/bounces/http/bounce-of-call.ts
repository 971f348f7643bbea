// Finds the bounce that a path names.

import type { Call } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import type { StoredBounce } from '../bounce.ts';
import { findBounce } from '../read-bounces.ts';

/** What is no number names no bounce. @throws Refusal bounce_not_found, bounce_id_missing. */
export function bounceIdOf(call: Pick<Call, 'pathText' | 'pathNumber'>): number {
  if (call.pathText('bounceid').trim() === '') throw new Refusal('bounce_id_missing');
  const bounceId = call.pathNumber('bounceid');
  if (bounceId === undefined) throw new Refusal('bounce_not_found');
  return bounceId;
}

export async function bounceOfCall(
  call: Pick<Call<'server'>, 'pathText' | 'pathNumber' | 'reads' | 'server'>,
): Promise<StoredBounce> {
  const bounce = await findBounce(call.reads, call.server.serverId, bounceIdOf(call));
  if (!bounce) throw new Refusal('bounce_not_found');
  return bounce;
}
