create extension if not exists vector;

create table users (
  name text primary key,
  password_hash text not null,
  roles text[] not null default '{}',
  created_at timestamptz not null default now()
);

comment on column users.password_hash is 'scrypt:N:r:p:salt:hash, the last two in base64';

create table documents (
  id uuid primary key,
  owner text not null,
  name text not null,
  media_type text not null,
  size_bytes bigint not null,
  sha256 text not null,
  status text not null default 'received'
    check (status in ('received', 'extracting', 'embedding', 'ready', 'failed')),
  error text,
  text text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

comment on table documents is 'the bytes lie in the volume uploads, as <id>';
comment on column documents.text is 'null until it is extracted';

create index documents_by_owner on documents (owner, created_at desc);

create table jobs (
  id bigint generated always as identity primary key,
  document_id uuid not null references documents on delete cascade,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  error text,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);

create index jobs_by_document on jobs (document_id, started_at desc);

create table passages (
  document_id uuid not null references documents on delete cascade,
  position integer not null,
  text text not null,
  embedding vector(768) not null,
  primary key (document_id, position)
);

create index passages_by_embedding on passages using hnsw (embedding vector_cosine_ops);

create table conversations (
  id bigint generated always as identity primary key,
  owner text not null,
  title text not null,
  created_at timestamptz not null default now()
);

create index conversations_by_owner on conversations (owner, id desc);

create table messages (
  id bigint generated always as identity primary key,
  conversation_id bigint not null references conversations on delete cascade,
  role text not null check (role in ('user', 'assistant')),
  content text not null,
  passages jsonb,
  created_at timestamptz not null default now()
);

create index messages_by_conversation on messages (conversation_id, id);

create table reports (
  id uuid primary key,
  conversation_id bigint not null references conversations on delete cascade,
  owner text not null,
  created_at timestamptz not null default now()
);

comment on table reports is 'the HTML lies in the volume uploads, as reports/<id>.html';

create table games (
  id bigint generated always as identity primary key,
  owner text not null,
  scenario text not null,
  state jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
