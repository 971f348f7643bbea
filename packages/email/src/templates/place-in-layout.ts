// Puts the content of a template into its layout. Both share one model, and the content is in the scope of the place where
// the layout has it: in a block, it sees the block's value.

import type { Template, TemplateNode } from './template.ts';

/** A layout must have exactly one in each of its bodies. */
export function countContentPlaceholders(template: Template): number {
  return countIn(template.nodes);
}

export function placeInLayout(layout: Template, content: Template): Template {
  return {
    role: content.role,
    nodes: replaceContent(layout.nodes, content.nodes),
    weightInBytes: layout.weightInBytes + content.weightInBytes,
  };
}

function countIn(nodes: readonly TemplateNode[]): number {
  let count = 0;
  for (const node of nodes) count += node.kind === 'content' ? 1 : countIn(node.body);
  return count;
}

function replaceContent(nodes: readonly TemplateNode[], content: readonly TemplateNode[]): TemplateNode[] {
  return nodes.flatMap(node => {
    if (node.kind === 'content') return content;
    return node.body.length === 0 ? node : { ...node, body: replaceContent(node.body, content) };
  });
}
