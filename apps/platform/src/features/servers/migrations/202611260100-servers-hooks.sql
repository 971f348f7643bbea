-- The server's own hook URLs and their switches, as encrypted JSON, because a URL may hold a password. Null: none was ever set.
alter table servers add column hooks_encrypted bytea;
