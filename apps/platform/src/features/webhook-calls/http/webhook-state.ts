// How the state of a webhook is answered to a pause or a resumption. Ours.

import { Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import type { Webhook } from '../../webhooks/webhook.ts';

export const stateSchema = Type.Object({
  ID: Type.Integer(),
  State: Type.String({ description: 'active, paused or failing.' }),
  StateSince: Type.String(),
});

export function toWireState({ webhookId, state, stateSince }: Webhook) {
  return { ID: webhookId, State: state, StateSince: toWireDate(stateSince) };
}
