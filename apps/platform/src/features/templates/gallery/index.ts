// The starter gallery: layouts and templates of our own that a server can begin with. They are files, in the form in which
// Postmark's command line keeps templates in a folder, with a description added.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type GalleryTemplate = {
  alias: string;
  name: string;
  /** One sentence on what it is for. */
  description: string;
  type: 'Standard' | 'Layout';
  /** Layouts have none. */
  subject?: string;
  /** The alias of a layout of the gallery. */
  layoutAlias?: string;
  htmlBody: string;
  textBody: string;
  testModel: Record<string, unknown>;
};

type MetaFile = {
  Name: string;
  Alias: string;
  Subject?: string;
  TemplateType: 'Standard' | 'Layout';
  LayoutTemplate?: string;
  Description: string;
  TestRenderModel: Record<string, unknown>;
};

const folder = import.meta.dirname;
const layoutsFolder = path.join(folder, '_layouts');

/** Layouts first, because templates need them; each kind by its alias. */
export function readGallery(): GalleryTemplate[] {
  return [...readFolder(layoutsFolder), ...readFolder(folder)];
}

function readFolder(where: string): GalleryTemplate[] {
  return readdirSync(where, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name !== '_layouts')
    .map(({ name }) => name)
    .toSorted()
    .map(name => readTemplate(path.join(where, name)));
}

function readTemplate(where: string): GalleryTemplate {
  const read = (file: string) => readFileSync(path.join(where, file), 'utf8');
  const meta = JSON.parse(read('meta.json')) as MetaFile;
  return {
    alias: meta.Alias,
    name: meta.Name,
    description: meta.Description,
    type: meta.TemplateType,
    ...(meta.Subject === undefined ? {} : { subject: meta.Subject }),
    ...(meta.LayoutTemplate === undefined ? {} : { layoutAlias: meta.LayoutTemplate }),
    htmlBody: read('content.html'),
    textBody: read('content.txt'),
    testModel: meta.TestRenderModel,
  };
}
