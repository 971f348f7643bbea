// Reads the filters that the list of calls and their replay share.

import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import { readFromDate, readToDate } from '../../../edges/http-api/dates.ts';
import { Refusal } from '../../../refusals.ts';
import { type CallTrigger, triggerNames } from '../../webhooks/webhook.ts';
import type { CallQuery, CallState } from '../list-calls.ts';

const stateNames: readonly CallState[] = ['waiting', 'succeeded', 'failed', 'stopped', 'discarded'];
const callTriggers: readonly CallTrigger[] = [...triggerNames, 'Inbound'];

export type WireFilters = {
  state?: string | undefined;
  trigger?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  messageId?: string | undefined;
};

function refuse(text: string): never {
  throw new Refusal('webhook_call_list_invalid', text);
}

function readName<N extends string>(field: string, names: readonly N[], text: string): N {
  const name = names.find(each => each.toLowerCase() === text.trim().toLowerCase());
  return name ?? refuse(`The '${field}' '${text}' is not one of ${names.join(', ')}.`);
}

/** Several states between commas. */
export function readCallFilters(filters: WireFilters, statesByDefault: readonly CallState[]): CallQuery {
  const { state, trigger, from, to, messageId } = filters;
  return {
    states: state === undefined ? statesByDefault : state.split(',').map(name => readName('State', stateNames, name)),
    trigger: trigger === undefined ? undefined : readName('Trigger', callTriggers, trigger),
    from: from === undefined ? undefined : (readFromDate(from) ?? refuse(`'${from}' is not a date.`)),
    to: to === undefined ? undefined : (readToDate(to) ?? refuse(`'${to}' is not a date.`)),
    messageId: messageId === undefined ? undefined : readMessageId(messageId),
  };
}

function readMessageId(text: string): string {
  return isUuid(text.trim())
    ? text.trim().toLowerCase()
    : refuse(`The 'MessageID' '${text}' is not the id of a message.`);
}
