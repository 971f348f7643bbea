-- Numbers of templates: unique in the whole installation, never given twice.
create sequence template_numbers as bigint start with 100001;

-- Templates and layouts of a server. Cell table: server_id leads. Kept until the server is purged; a deleted one can be
-- read by its id until the time of retention is over, then its row goes (templates/delete-old-templates.ts).
create table templates (
  server_id bigint not null,
  template_id bigint not null default nextval('template_numbers'),
  name text not null,
  -- As its owner writes it. Layouts always have one.
  alias text,
  template_type text not null check (template_type in ('Standard', 'Layout')),
  -- The layout that a standard template is put into; the layout may change its alias.
  layout_template_id bigint,
  -- Null for layouts.
  subject text,
  html_body text,
  text_body text,
  created_at timestamptz not null,
  updated_at timestamptz,
  deleted_at timestamptz,
  primary key (server_id, template_id),
  check (html_body is not null or text_body is not null),
  check (template_type = 'Standard' or (subject is null and layout_template_id is null and alias is not null))
);
alter sequence template_numbers owned by templates.template_id;

-- Aliases are compared in any case; that of a deleted template is free again.
create unique index templates_by_alias on templates (server_id, lower(alias)) where deleted_at is null and alias is not null;
create index templates_by_layout on templates (server_id, layout_template_id) where layout_template_id is not null;
create index templates_deleted on templates (deleted_at) where deleted_at is not null;
