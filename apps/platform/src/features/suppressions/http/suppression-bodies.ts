// What the endpoints on lists of suppressed addresses have in common. Source: Postmark's Suppressions API; `Scope` and
// `MessageStream` of a search are ours.

import { Type } from 'typebox';
import { readFromDate, readToDate, toEasternWireDate } from '../../../edges/http-api/dates.ts';
import { textOrNumber } from '../../../edges/http-api/wire-types.ts';
import { Refusal, type RefusalName } from '../../../refusals.ts';
import type { AddressResult } from '../change-list.ts';
import type { ListFilter } from '../read-lists.ts';
import { type StoredSuppression, suppressionOrigins, suppressionReasons } from '../suppression.ts';

export const changeBody = Type.Object({
  Suppressions: Type.Optional(
    Type.Array(Type.Object({ EmailAddress: Type.Optional(textOrNumber()) }), { maxItems: 50 }),
  ),
});
type ChangeBody = Type.Static<typeof changeBody>;

const addressesMax = 50;

export function addressesOf(body: ChangeBody): string[] {
  if (body.Suppressions === undefined || body.Suppressions.length === 0) throw new Refusal('suppression_body_required');
  if (body.Suppressions.length > addressesMax) throw new Refusal('suppression_too_many');
  return body.Suppressions.map(({ EmailAddress }) => {
    if (EmailAddress === undefined || EmailAddress.trim() === '') throw new Refusal('suppression_address_required');
    return EmailAddress;
  });
}

export const changeAnswer = Type.Object({
  Suppressions: Type.Array(
    Type.Object({
      EmailAddress: Type.String(),
      Status: Type.String(),
      Message: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});

export function toChangeAnswer(results: readonly AddressResult[], done: 'Suppressed' | 'Deleted') {
  return {
    Suppressions: results.map(({ emailAddress, failure }) => ({
      EmailAddress: emailAddress,
      Status: failure === undefined ? done : 'Failed',
      Message: failure ?? null,
    })),
  };
}

export const filterQuery = Type.Object({
  suppressionreason: Type.Optional(Type.String({ description: 'HardBounce, SpamComplaint or ManualSuppression.' })),
  origin: Type.Optional(Type.String({ description: 'Recipient, Customer or Admin.' })),
  fromdate: Type.Optional(Type.String({ description: 'US Eastern time, inclusive.' })),
  todate: Type.Optional(Type.String({ description: 'US Eastern time, inclusive.' })),
  emailaddress: Type.Optional(Type.String({ description: 'The whole address, in any case.' })),
});

function choiceOf<Choice extends string>(
  choices: readonly Choice[],
  text: string | undefined,
  refusal: RefusalName,
): Choice | undefined {
  if (text === undefined) return undefined;
  const choice = choices.find(each => each.toLowerCase() === text.trim().toLowerCase());
  if (choice === undefined) throw new Refusal(refusal);
  return choice;
}

/** Postmark has no code of its own for a wrong date here; 1407 is its general one of this family. */
function dateOf(name: string, text: string | undefined, read: (text: string) => Date | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = read(text);
  if (!date) throw new Refusal('suppression_failed', `The '${name}' parameter '${text}' is not a date.`);
  return date;
}

export function readFilter(query: Type.Static<typeof filterQuery>): ListFilter {
  return {
    reason: choiceOf(suppressionReasons, query.suppressionreason, 'suppression_reason_invalid'),
    origin: choiceOf(suppressionOrigins, query.origin, 'suppression_origin_invalid'),
    from: dateOf('fromdate', query.fromdate, readFromDate),
    to: dateOf('todate', query.todate, readToDate),
    emailAddress: query.emailaddress,
  };
}

export const suppressionFields = {
  EmailAddress: Type.String(),
  SuppressionReason: Type.String(),
  Origin: Type.String(),
  CreatedAt: Type.String(),
};

export const listAnswer = Type.Object({ Suppressions: Type.Array(Type.Object(suppressionFields)) });

export function toWireSuppression({ emailAddress, reason, origin, createdAt }: StoredSuppression) {
  return {
    EmailAddress: emailAddress,
    SuppressionReason: reason,
    Origin: origin,
    CreatedAt: toEasternWireDate(createdAt),
  };
}
