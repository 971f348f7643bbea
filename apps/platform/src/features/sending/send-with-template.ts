// Sends a message that a template makes: finds the template, renders it with the message's model, and sends what comes out.
// Source: Postmark's Templates API, "Send email with template".

import { refusals } from '../../refusals.ts';
import { renderForSending, type TemplateModel } from '../templates/render-for-sending.ts';
import type { FindSendableTemplate } from '../templates/sendable-template.ts';
import type { TemplateKey } from '../templates/template.ts';
import type { AcceptOptions } from './accept-message.ts';
import type { SendForCaller } from './send-for-caller.ts';
import type { SendRequest } from './send-request.ts';
import type { SendResult } from './send-result.ts';
import { createWorkInTurns } from './work-in-turns.ts';

export type TemplatedRequest = {
  /** With neither subject nor bodies, unless the caller gave some all the same: then the request is refused. */
  request: SendRequest;
  /** Undefined when the request names none. */
  template: TemplateKey | undefined;
  model: TemplateModel;
  inlineCss: boolean;
};

export type SendWithTemplate = (
  caller: { serverId: number; isTest: boolean },
  templated: TemplatedRequest,
  options?: AcceptOptions,
) => Promise<SendResult>;

type Refused = Extract<SendResult, { kind: 'refused' }>;

function refused(refusal: Refused['refusal'], text: string = refusals[refusal].text): Refused {
  return { kind: 'refused', refusal, text };
}

export function createSendWithTemplate(send: SendForCaller, findTemplate: FindSendableTemplate): SendWithTemplate {
  const inTurns = createWorkInTurns();

  async function render(serverId: number, templated: TemplatedRequest): Promise<Refused | SendRequest> {
    const { request, model, inlineCss } = templated;
    // What names no template names one that nobody has: clients send 0 for none.
    const template = await findTemplate(serverId, templated.template ?? { kind: 'id', templateId: 0 });
    if (template.kind === 'refused') return refused(template.refusal, template.text);
    const rendering = await inTurns(() => renderForSending(template.content, model, { inlineCss }));
    if (rendering.kind === 'failed') return refused('template_field_invalid', rendering.message);
    return { ...request, ...rendering.content };
  }

  return async (caller, templated, options) => {
    const { request } = templated;
    const probe = { ...request, subject: '', textBody: 'what a template would make' };
    if (request.subject !== '' || request.htmlBody !== undefined || request.textBody !== undefined)
      return refused(
        'template_field_not_allowed',
        "A message that a template makes cannot have a 'Subject', an 'HtmlBody' or a 'TextBody' of its own.",
      );
    // The literal test token belongs to no server, so there is no template to look for.
    if (caller.isTest) return send(caller, probe);
    const rendered = await render(caller.serverId, templated);
    if (!('kind' in rendered)) return send(caller, rendered, options);
    // Whatever is wrong with the message itself is told first, as the order of Postmark's checks is.
    const checked = await send({ ...caller, isTest: true }, probe);
    return checked.kind === 'refused' ? checked : rendered;
  };
}
