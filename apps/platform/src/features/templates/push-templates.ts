// Copies the templates of one server to another of the same account: layouts first, so that what uses them finds them.
// Source: Postmark's Templates API, "Push templates to another server".

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { findSendingServer } from '../servers/find-server.ts';
import { announceTemplateChange } from './announce-change.ts';
import { type PushStep, planPush } from './push-rules.ts';
import {
  insertCopy,
  listPushableTemplates,
  lockTemplatesOfServer,
  nextTemplateId,
  overwriteWithCopy,
} from './store.ts';
import type { TemplateType } from './template.ts';

export type Push = { accountId: number; sourceServerId: number; destinationServerId: number; performsChanges: boolean };

/** `templateId` is that of the destination; undefined for one that is not there yet. */
export type PushedTemplate = {
  action: 'Create' | 'Edit';
  templateId: number | undefined;
  alias: string;
  name: string;
  templateType: TemplateType;
};

async function refuseUnknownServers(tx: Tx, push: Push): Promise<void> {
  const isKnown = async (serverId: number) => (await findSendingServer(tx, serverId))?.accountId === push.accountId;
  const hasSource = await isKnown(push.sourceServerId);
  const hasDestination = await isKnown(push.destinationServerId);
  // Clients match on these texts.
  if (!hasSource && !hasDestination)
    throw new Refusal('server_not_found', 'The source and destination servers were not found.');
  if (!hasDestination) throw new Refusal('server_not_found', 'The destination server was not found.');
  if (!hasSource) throw new Refusal('server_not_found', 'The source server was not found.');
}

/** @throws Refusal 601, 1124, 1125. */
export async function pushTemplates(tx: Tx, push: Push, now: Date): Promise<PushedTemplate[]> {
  await refuseUnknownServers(tx, push);
  const { sourceServerId, destinationServerId } = push;
  // In one order everywhere, so that two pushes in opposite directions do not wait for each other.
  for (const serverId of [sourceServerId, destinationServerId].toSorted((a, b) => a - b))
    await lockTemplatesOfServer(tx, serverId);
  const source = await listPushableTemplates(tx, sourceServerId);
  const destination = await listPushableTemplates(tx, destinationServerId);
  const steps = planPush(source, destination);
  if (!push.performsChanges) return steps.map(step => describe(step, step.existing?.templateId));

  const layoutIds = new Map<string | undefined, number>();
  for (const { templateType, alias, templateId } of destination)
    if (templateType === 'Layout') layoutIds.set(alias?.toLowerCase(), templateId);
  const pushed: PushedTemplate[] = [];
  for (const step of steps) {
    const templateId = await perform(tx, push, step, layoutIds, now);
    if (step.source.templateType === 'Layout') layoutIds.set(step.source.alias.toLowerCase(), templateId);
    pushed.push(describe(step, templateId));
  }
  if (steps.length > 0) await announceTemplateChange(tx, destinationServerId);
  return pushed;
}

/** Answers the id of the template on the destination. */
async function perform(
  tx: Tx,
  { sourceServerId, destinationServerId }: Push,
  { source, existing }: PushStep,
  layoutIds: ReadonlyMap<string | undefined, number>,
  now: Date,
): Promise<number> {
  const layoutTemplateId =
    source.layoutAlias === null ? null : (layoutIds.get(source.layoutAlias.toLowerCase()) ?? null);
  const templateId = existing?.templateId ?? (await nextTemplateId(tx));
  const copy = {
    source: { serverId: sourceServerId, templateId: source.templateId },
    destination: { serverId: destinationServerId, templateId, layoutTemplateId },
  };
  if (existing === undefined) await insertCopy(tx, copy, now);
  else await overwriteWithCopy(tx, copy, now);
  return templateId;
}

function describe({ source, existing }: PushStep, templateId: number | undefined): PushedTemplate {
  const { alias, name, templateType } = source;
  return { action: existing === undefined ? 'Create' : 'Edit', templateId, alias, name, templateType };
}
