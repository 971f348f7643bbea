// Endpoints of templates and layouts.

import type { Endpoint } from '../edges/http-api/endpoint.ts';
import { createTemplate } from '../features/templates/http/create-template.ts';
import { deleteTemplate } from '../features/templates/http/delete-template.ts';
import { editTemplate } from '../features/templates/http/edit-template.ts';
import { getTemplate } from '../features/templates/http/get-template.ts';
import { getTemplateGallery } from '../features/templates/http/get-template-gallery.ts';
import { getTemplates } from '../features/templates/http/get-templates.ts';
import { installTemplateGallery } from '../features/templates/http/install-template-gallery.ts';
import { pushTemplates } from '../features/templates/http/push-templates.ts';
import type { TemplatesChanged } from '../features/templates/http/template-object.ts';
import { validateTemplate } from '../features/templates/http/validate-template.ts';

export type TemplateEndpointDeps = { templatesChanged: TemplatesChanged };

export function templateEndpoints({ templatesChanged }: TemplateEndpointDeps): Endpoint[] {
  return [
    getTemplates(),
    getTemplate(),
    createTemplate(templatesChanged),
    editTemplate(templatesChanged),
    deleteTemplate(templatesChanged),
    validateTemplate(),
    pushTemplates(templatesChanged),
    getTemplateGallery(),
    installTemplateGallery(templatesChanged),
  ];
}
