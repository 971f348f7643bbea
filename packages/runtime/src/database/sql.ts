// Fragments of SQL for `query`: values stay parameters however deep a fragment is nested.

export { default as sql, empty, join, raw, Sql } from 'sql-template-tag';
