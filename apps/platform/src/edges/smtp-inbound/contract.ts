// What the listener asks of features. build.ts hands the functions in; the listener itself knows no address and stores nothing.

import { type Refused, refusal } from '../smtp-listener/refused.ts';

export type RecipientAnswer = { kind: 'accepted' } | Refused;

/** One group of addresses, such as return paths. `not_mine`: the next handler is asked. */
export type RecipientHandler = (address: string) => HandlerAnswer | Promise<HandlerAnswer>;

export type HandlerAnswer = RecipientAnswer | { kind: 'not_mine' };

/** What rejects is answered 451. */
export type AcceptRecipient = (address: string) => RecipientAnswer | Promise<RecipientAnswer>;

export type InboundMail = {
  /** As the client wrote them; `mailFrom` is empty for the null sender. Every recipient was accepted. */
  envelope: { mailFrom: string; recipients: readonly string[] };
  /** As it came, with CRLF line ends only and without the dots that SMTP adds. */
  source: Buffer;
  client: { address: string; helo: string; isEncrypted: boolean };
};

/** `stored` means that it is on disk: only then the client is told 250. `try_later` is told 451. */
export type DeliverAnswer = { kind: 'stored' } | { kind: 'try_later' } | Refused;

export type Deliver = (mail: InboundMail) => Promise<DeliverAnswer>;

const nobody = refusal(550, '5.1.1', 'There is no such recipient here');

/** The first handler that knows the address decides; an address that nobody knows is refused. */
export function routeRecipients(handlers: readonly RecipientHandler[]): AcceptRecipient {
  return async address => {
    for (const handler of handlers) {
      const answer = await handler(address);
      if (answer.kind !== 'not_mine') return answer;
    }
    return nobody;
  };
}
