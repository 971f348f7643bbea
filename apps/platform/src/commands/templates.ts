// Commands for templates: `templates …`.

import { readGallery } from '../features/templates/gallery/index.ts';
import { installGallery } from '../features/templates/install-gallery.ts';
import { readTemplatePage } from '../features/templates/read-templates.ts';
import { type Command, namedServer } from './command.ts';

/** More than a server can have. */
const pageOfAll = { count: 1000, offset: 0 };

export const templatesList: Command = {
  usage: 'templates list <server-id>',
  summary: 'Lists the templates and layouts of a server.',
  run: async (context, [word]) => {
    const { serverId } = await namedServer(context, word);
    const filter = { templateType: undefined, layoutAlias: undefined };
    const { templates } = await readTemplatePage(context.db.reads, serverId, filter, pageOfAll);
    for (const { templateId, templateType, alias, name, layoutAlias } of templates) {
      const layout = layoutAlias === null ? '' : `  in ${layoutAlias}`;
      context.print(`${templateId}  ${templateType.padEnd(8)}  ${alias ?? '-'}  ${name}${layout}`);
    }
    if (templates.length === 0)
      context.print(`There are none. Begin with: npm run pennyblack -- templates install ${serverId}`);
  },
};

export const templatesGallery: Command = {
  usage: 'templates gallery',
  summary: 'Lists the starter gallery: templates and layouts that a server can begin with.',
  run: async context => {
    for (const { alias, type, description } of readGallery())
      context.print(`${alias.padEnd(22)}  ${type.padEnd(8)}  ${description}`);
  },
};

export const templatesInstall: Command = {
  usage: 'templates install <server-id> [<alias> …]',
  summary: 'Gives a server templates of the starter gallery, all without an alias. What it has already stays as it is.',
  run: async (context, [word, ...aliases]) => {
    const { serverId } = await namedServer(context, word);
    const chosen = aliases.length > 0 ? aliases : undefined;
    const installed = await context.db.accept.transaction(tx => installGallery(tx, serverId, chosen, context.now));
    for (const { template, isNew } of installed)
      context.print(
        `${template.templateId}  ${template.alias}  ${isNew ? 'installed' : 'is there already, left as it is'}`,
      );
  },
};
