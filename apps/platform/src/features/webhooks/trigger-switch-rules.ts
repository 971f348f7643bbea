// Which events a webhook hears of, and how a change to that is merged: what is not named stays. Pure.
// Source: Postmark's Webhooks API; that a missing sub-key stays too is our reading of its client's own tests.

import { type CallTrigger, type TriggerName, triggerNames, type Webhook } from './webhook.ts';

export type TriggerSettings = Pick<
  Webhook,
  'triggers' | 'postsFirstOpenOnly' | 'includesBounceContent' | 'includesComplaintContent'
>;

/** `undefined` leaves a switch as it is. */
export type TriggerChange = {
  isEnabled?: boolean | undefined;
  postsFirstOpenOnly?: boolean | undefined;
  includesContent?: boolean | undefined;
};
export type TriggerChanges = { readonly [name in TriggerName]?: TriggerChange | undefined };

export const noTriggers: TriggerSettings = {
  triggers: [],
  postsFirstOpenOnly: false,
  includesBounceContent: false,
  includesComplaintContent: false,
};

export function mergeTriggers(settings: TriggerSettings, changes: TriggerChanges): TriggerSettings {
  const isEnabled = (name: TriggerName) => changes[name]?.isEnabled ?? settings.triggers.includes(name);
  return {
    triggers: triggerNames.filter(isEnabled),
    postsFirstOpenOnly: changes.Open?.postsFirstOpenOnly ?? settings.postsFirstOpenOnly,
    includesBounceContent: changes.Bounce?.includesContent ?? settings.includesBounceContent,
    includesComplaintContent: changes.SpamComplaint?.includesContent ?? settings.includesComplaintContent,
  };
}

/** The enabled triggers that must answer before the new settings count as verified. Empty when nothing has to be asked. */
export function triggersToVerify(
  before: Pick<Webhook, 'target' | 'triggers' | 'isVerified'>,
  after: Pick<Webhook, 'target' | 'triggers'>,
): readonly CallTrigger[] {
  if (!before.isVerified || before.target.url !== after.target.url) return after.triggers;
  return after.triggers.filter(trigger => !before.triggers.includes(trigger));
}
