// What bulk requests need from features beside them.

import type { readSendableSource } from '../../templates/sendable-template.ts';
import type { TemplateKey } from '../../templates/template.ts';

/** A template of the server with its layout, as it is now. */
export type FindTemplateSource = (serverId: number, key: TemplateKey) => ReturnType<typeof readSendableSource>;
