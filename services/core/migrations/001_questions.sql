create extension if not exists vector;

create table questions (
  id bigint generated always as identity primary key,
  question text not null,
  answer text,
  model text not null,
  embedding vector(8),
  created_at timestamptz not null default now()
);

comment on column questions.answer is 'null until the model has answered, and when it failed';
comment on column questions.embedding is 'of the question; null until it is computed';
