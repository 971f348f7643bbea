// How a call of a webhook looks in the API. Ours: Postmark keeps no calls.

import { Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import type { Attempt } from '../call.ts';
import type { ListedCall } from '../list-calls.ts';

const attemptSchema = Type.Object({
  At: Type.String(),
  Milliseconds: Type.Integer(),
  StatusCode: Type.Union([Type.Integer(), Type.Null()], { description: 'Null when there was no answer.' }),
  Answer: Type.String({ description: 'The first 4 KB of what was answered.' }),
  Failure: Type.Union([Type.String(), Type.Null()], {
    description: 'timeout, connection, dns, tls, forbidden_address, redirect or url; null when there was an answer.',
  }),
  Message: Type.String(),
  NextAttemptAt: Type.Union([Type.String(), Type.Null()]),
});

const callFields = {
  ID: Type.String({ description: 'The trace id of all its attempts.' }),
  EventID: Type.String(),
  Trigger: Type.String(),
  State: Type.String({ description: 'waiting, succeeded, failed, stopped or discarded.' }),
  CreatedAt: Type.String(),
  NextAttemptAt: Type.Union([Type.String(), Type.Null()]),
  FinishedAt: Type.Union([Type.String(), Type.Null()]),
  Attempts: Type.Array(attemptSchema),
};

export const callSchema = Type.Object(callFields);
export const callWithBodySchema = Type.Object({
  ...callFields,
  RequestBody: Type.Union([Type.String(), Type.Null()], {
    description: 'What is posted; null when its event is gone.',
  }),
});

function toWireAttempt(attempt: Attempt) {
  return {
    At: toWireDate(new Date(attempt.at)),
    Milliseconds: attempt.milliseconds,
    StatusCode: attempt.status,
    Answer: attempt.answer ?? '',
    Failure: attempt.failure ?? null,
    Message: attempt.text ?? '',
    NextAttemptAt: attempt.nextAt === undefined ? null : toWireDate(new Date(attempt.nextAt)),
  };
}

export function toWireCall(call: ListedCall) {
  return {
    ID: call.callId,
    EventID: call.eventId,
    Trigger: call.trigger,
    State: call.state,
    CreatedAt: toWireDate(call.createdAt),
    NextAttemptAt: call.dueAt === null ? null : toWireDate(call.dueAt),
    FinishedAt: call.finishedAt === null ? null : toWireDate(call.finishedAt),
    Attempts: call.attempts.map(toWireAttempt),
  };
}
