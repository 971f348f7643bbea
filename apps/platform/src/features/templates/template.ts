// A template makes subject and bodies of a message from a model; a layout is the frame around many templates' bodies.
// Source: Postmark's Templates API.

export const templateTypes = ['Standard', 'Layout'] as const;
export type TemplateType = (typeof templateTypes)[number];

/** Sources in the template language. A layout has no subject. */
export type TemplateParts = { subject: string | null; htmlBody: string | null; textBody: string | null };

export type TemplateSummary = {
  templateId: number;
  name: string;
  /** As its owner writes it; compared in any case. */
  alias: string | null;
  templateType: TemplateType;
  /** The layout of a standard template. */
  layoutAlias: string | null;
  /** False once it is deleted: then it is read by its id only. */
  isActive: boolean;
};

export type Template = TemplateSummary & TemplateParts & { serverId: number; layoutTemplateId: number | null };

/** `alias` undefined lets a layout be named by us. */
export type NewTemplate = TemplateParts & {
  name: string;
  alias: string | undefined;
  templateType: TemplateType;
  layoutAlias: string | undefined;
};

/** What is left out stays; null takes away. */
export type TemplateChange = Partial<TemplateParts> & { name?: string; alias?: string; layoutAlias?: string | null };

/** How a caller names a template: digits alone are an id, anything else an alias, which begins with a letter. */
export type TemplateKey = { kind: 'id'; templateId: number } | { kind: 'alias'; alias: string };
