// The server as the API shows and takes it, in the order of Postmark's documentation.

import { type Static, Type } from 'typebox';
import { booleanOrText, wholeNumberOrText } from '../../../edges/http-api/wire-types.ts';
import type { ServerDeps } from '../ports.ts';
import type { Server } from '../server.ts';
import type { ServerHooks } from '../server-hooks.ts';
import type { ServerFields } from '../server-rules.ts';

export const serverSchema = Type.Object({
  ID: Type.Integer(),
  Name: Type.String(),
  ApiTokens: Type.Array(Type.String()),
  Color: Type.String(),
  SmtpApiActivated: Type.Boolean(),
  RawEmailEnabled: Type.Boolean(),
  DeliveryType: Type.String({ description: 'Live or Sandbox.' }),
  ServerLink: Type.String(),
  InboundAddress: Type.String(),
  InboundHookUrl: Type.String(),
  BounceHookUrl: Type.String(),
  OpenHookUrl: Type.String(),
  DeliveryHookUrl: Type.String(),
  PostFirstOpenOnly: Type.Boolean(),
  InboundDomain: Type.String(),
  InboundHash: Type.String(),
  InboundSpamThreshold: Type.Integer(),
  TrackOpens: Type.Boolean(),
  TrackLinks: Type.String(),
  IncludeBounceContentInHook: Type.Boolean(),
  ClickHookUrl: Type.String(),
  EnableSmtpApiErrorHooks: Type.Boolean(),
});

/** Extension: why mail of the inbound domain does not come to us yet, in the answer that sets it. */
export const inboundDomainWarning = {
  InboundDomainWarning: Type.Optional(
    Type.String({ description: 'Extension: what is missing before mail to a newly set InboundDomain comes here.' }),
  ),
};

export const changedServerSchema = Type.Object({ ...serverSchema.properties, ...inboundDomainWarning });

export function withWarning<T extends object>(answer: T, warning: string | undefined): T {
  return warning === undefined ? answer : { ...answer, InboundDomainWarning: warning };
}

export function toWireServer(server: Server, deps: ServerDeps): Static<typeof serverSchema> {
  const { hooks } = server;
  return {
    ID: server.serverId,
    Name: server.name,
    ApiTokens: [...server.apiTokens],
    Color: server.color,
    SmtpApiActivated: server.smtpApiActivated,
    RawEmailEnabled: server.rawEmailEnabled,
    DeliveryType: server.deliveryType,
    ServerLink: `${deps.publicUrl()}/servers/${server.serverId}/streams`,
    InboundAddress: `${server.inboundHash}@${deps.inboundHost}`,
    InboundHookUrl: hooks.inboundHookUrl,
    BounceHookUrl: hooks.bounceHookUrl,
    OpenHookUrl: hooks.openHookUrl,
    DeliveryHookUrl: hooks.deliveryHookUrl,
    PostFirstOpenOnly: hooks.postFirstOpenOnly,
    InboundDomain: server.inboundDomain,
    InboundHash: server.inboundHash,
    InboundSpamThreshold: server.inboundSpamThreshold,
    TrackOpens: server.trackOpens,
    TrackLinks: server.trackLinks,
    IncludeBounceContentInHook: hooks.includeBounceContentInHook,
    ClickHookUrl: hooks.clickHookUrl,
    EnableSmtpApiErrorHooks: hooks.enableSmtpApiErrorHooks,
  };
}

const hookUrl = Type.Optional(Type.String({ description: 'http or https; an empty text takes it away.' }));

/** Every field is optional: what is missing has a code of its own. */
export const serverBody = Type.Object({
  Name: Type.Optional(Type.String()),
  Color: Type.Optional(Type.String({ description: 'Purple, Blue, Turquoise, Green, Red, Yellow, Grey or Orange.' })),
  SmtpApiActivated: Type.Optional(booleanOrText()),
  RawEmailEnabled: Type.Optional(booleanOrText()),
  DeliveryType: Type.Optional(Type.String({ description: 'Live or Sandbox; fixed once the server is there.' })),
  InboundHookUrl: hookUrl,
  BounceHookUrl: hookUrl,
  OpenHookUrl: hookUrl,
  DeliveryHookUrl: hookUrl,
  ClickHookUrl: hookUrl,
  PostFirstOpenOnly: Type.Optional(booleanOrText()),
  InboundDomain: Type.Optional(
    Type.String({ description: 'A domain, or *. and a domain for all below it; an empty text takes it away.' }),
  ),
  InboundSpamThreshold: Type.Optional(wholeNumberOrText({ description: '0 to 30.' })),
  TrackOpens: Type.Optional(booleanOrText()),
  TrackLinks: Type.Optional(Type.String({ description: 'None, HtmlAndText, HtmlOnly or TextOnly.' })),
  IncludeBounceContentInHook: Type.Optional(booleanOrText()),
  EnableSmtpApiErrorHooks: Type.Optional(booleanOrText()),
});

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Leaves out what is undefined, so that a key that is there has a value. */
function given<T extends object>(fields: T): Partial<Given<T>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Given<T>>;
}

export function toServerFields(body: Static<typeof serverBody>): ServerFields {
  const hooks: Partial<ServerHooks> = given({
    bounceHookUrl: body.BounceHookUrl,
    openHookUrl: body.OpenHookUrl,
    deliveryHookUrl: body.DeliveryHookUrl,
    clickHookUrl: body.ClickHookUrl,
    inboundHookUrl: body.InboundHookUrl,
    postFirstOpenOnly: body.PostFirstOpenOnly,
    includeBounceContentInHook: body.IncludeBounceContentInHook,
    enableSmtpApiErrorHooks: body.EnableSmtpApiErrorHooks,
  });
  const fields = given({
    name: body.Name,
    color: body.Color,
    smtpApiActivated: body.SmtpApiActivated,
    rawEmailEnabled: body.RawEmailEnabled,
    deliveryType: body.DeliveryType,
    inboundDomain: body.InboundDomain,
    inboundSpamThreshold: body.InboundSpamThreshold,
    trackOpens: body.TrackOpens,
    trackLinks: body.TrackLinks,
  });
  return { ...fields, hooks };
}
