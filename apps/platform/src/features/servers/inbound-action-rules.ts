// Decides whether a server's inbound mail may be dealt with as a request wants it. Pure.

import { readAddress } from '@pennyblack/email/address/address-spec.ts';
import { readDomain } from '@pennyblack/email/address/domain.ts';
import { Refusal } from '../../refusals.ts';
import type { InboundAction } from './inbound-action.ts';
import type { ServerLimits } from './server-rules.ts';

/** A request's fields as they came, in the right JSON types. */
export type ActionFields = {
  type?: string | undefined;
  address?: string | undefined;
  host?: string | undefined;
  port?: number | undefined;
  user?: string | undefined;
  password?: string | undefined;
};

const smtpPort = 25;
const loginLengthMax = 255;

/** A password that is left out stays as long as host and user do. @throws Refusal inbound_action_invalid. */
export function readInboundAction(fields: ActionFields, current: InboundAction, limits: ServerLimits): InboundAction {
  switch (fields.type?.toLowerCase()) {
    case 'webhook':
      return { kind: 'webhook' };
    case 'store':
      return { kind: 'store' };
    case 'forward':
      return { kind: 'address', address: readForwardAddress(fields.address, limits) };
    case 'smtp':
      return readServer(fields, current, limits);
    default:
      throw new Refusal(
        'inbound_action_invalid',
        "The 'Type' of an 'InboundAction' is Webhook, Forward, Smtp or Store.",
      );
  }
}

function readForwardAddress(text: string | undefined, { ownHosts }: ServerLimits): string {
  const reading = readAddress(text?.trim() ?? '', { allowNonAsciiMailboxes: false });
  if (reading.kind === 'invalid')
    throw new Refusal('inbound_action_invalid', "An 'InboundAction' of the type Forward needs a valid 'Address'.");
  const domain = reading.domain.toLowerCase();
  // It would come back at once.
  if (ownHosts.some(host => domain === host || domain.endsWith(`.${host}`)))
    throw new Refusal(
      'inbound_action_invalid',
      "The 'Address' of an 'InboundAction' must not lead to this installation.",
    );
  return reading.address;
}

function readServer(fields: ActionFields, current: InboundAction, limits: ServerLimits): InboundAction {
  const host = readHost(fields.host?.trim() ?? '');
  if (host === undefined || !limits.isCallableHost(host))
    throw new Refusal(
      'inbound_action_invalid',
      "An 'InboundAction' of the type Smtp needs a 'Host', which may not be an internal one.",
    );
  const port = fields.port ?? smtpPort;
  if (port < 1 || port > 65_535)
    throw new Refusal('inbound_action_invalid', "The 'Port' of an 'InboundAction' is a number from 1 to 65535.");
  const { user = '' } = fields;
  if (user === '') return { kind: 'server', host, port };
  const isKept = current.kind === 'server' && current.host === host && current.user === user;
  const password = fields.password ?? (isKept ? current.password : undefined) ?? '';
  if (password === '' || [user, password].some(text => text.length > loginLengthMax || /[\x00-\x1f\x7f]/.test(text)))
    throw new Refusal(
      'inbound_action_invalid',
      "The 'User' of an 'InboundAction' needs a 'Password' of at most 255 characters.",
    );
  return { kind: 'server', host, port, user, password };
}

function readHost(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (isIpAddress(bare)) return bare;
  const reading = readDomain(text.replace(/\.$/, ''));
  if (reading.kind === 'domain') return reading.domain.toLowerCase();
  return reading.kind === 'single_label' && /^[a-z0-9-]{1,63}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** As browsers read the host of a URL (the URL standard, 3.5). */
function isIpAddress(text: string): boolean {
  if (text.includes(':')) return /^[0-9a-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`);
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) && URL.canParse(`http://${text}`);
}
