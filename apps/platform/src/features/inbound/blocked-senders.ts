// Lists, adds and removes a server's rules. A rule counts for mail that is read after it was committed.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { Refusal } from '../../refusals.ts';
import { readRule } from './sender-rules.ts';
import { countRules, deleteRule, type InboundRule, insertRule, listRules } from './store.ts';

export type { InboundRule } from './store.ts';

export async function readRules(
  db: Queryable,
  serverId: number,
  page: { count: number; offset: number },
): Promise<{ totalCount: number; rules: InboundRule[] }> {
  const [totalCount, rules] = await Promise.all([countRules(db, serverId), listRules(db, serverId, page)]);
  return { totalCount, rules };
}

/** @throws Refusal 809, 810, 813. */
export async function addRule(tx: Tx, serverId: number, text: string | undefined, now: Date): Promise<InboundRule> {
  const rule = readRule(text);
  const ruleId = await insertRule(tx, serverId, rule, now);
  if (ruleId === undefined) throw new Refusal('inbound_rule_exists');
  return { ruleId, rule };
}

/** Answers the text of the rule. @throws Refusal 812. */
export async function removeRule(tx: Tx, serverId: number, ruleId: number | undefined): Promise<string> {
  const rule = ruleId === undefined ? undefined : await deleteRule(tx, serverId, ruleId);
  if (rule === undefined) throw new Refusal('inbound_rule_not_found');
  return rule;
}
