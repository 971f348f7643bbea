// Decides what SMTP tokens a stream may have. Pure. Source: Postmark's error codes 1454 to 1459.

import { Refusal } from '../../refusals.ts';
import type { StreamDetails } from './stream.ts';

export const smtpTokensMax = 10;
const nameLengthMax = 100;

/** @throws Refusal 1456. */
export function readSmtpTokenName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > nameLengthMax)
    throw new Refusal('smtp_token_length_invalid', `The 'Name' must have 1 to ${nameLengthMax} characters.`);
  return name;
}

/** @throws Refusal 1457, 1459. */
export function refuseSmtpTokensOf(stream: Pick<StreamDetails, 'streamType' | 'archivedAt'>): void {
  if (stream.streamType === 'Inbound') throw new Refusal('smtp_token_stream_inbound');
  if (stream.archivedAt !== null) throw new Refusal('smtp_token_stream_archived');
}

/** A request may repeat what its token and its path say; something else is a mistake. @throws Refusal 1454, 1455. */
export function refuseOtherPlace(
  named: { serverId: number | undefined; streamId: string | undefined },
  actual: { serverId: number; streamId: string },
): void {
  if (named.serverId !== undefined && named.serverId !== actual.serverId)
    throw new Refusal('smtp_token_server_invalid', "The 'ServerID' is not the server of the token of this request.");
  if (named.streamId !== undefined && named.streamId !== actual.streamId)
    throw new Refusal('smtp_token_stream_invalid', "The 'MessageStream' is not the one of the path.");
}
