-- The store's time in milliseconds since 1970, and the only clock of leases and deadlines (engine, invariant 8).
-- Tests override it: set sluice.now = '…'.
create function sluice_now() returns bigint language sql volatile as $$
  select coalesce(
    nullif(current_setting('sluice.now', true), '')::bigint,
    floor(extract(epoch from clock_timestamp()) * 1000)::bigint
  )
$$;

create table execution (
  id         text primary key,
  program    text not null,
  input      json,
  subject    json,
  started_by text,
  holds      text[] not null,
  status     text not null check (status in ('running', 'waiting', 'succeeded', 'returned', 'failed')),
  started_at bigint not null,
  ended_at   bigint,
  -- Number of events.
  seq        integer not null,
  -- Rises with every claim; an owner proves itself by it.
  epoch      integer not null default 0,
  owned      boolean not null default false,
  -- When somebody may claim it: while owned the end of the lease, else the next deadline. Null: only news wake it.
  due_at     bigint
);
create index execution_due on execution (due_at) where ended_at is null;
create index execution_newest on execution (started_at desc);

-- Names that only one unfinished execution may have.
create table hold (
  name      text primary key,
  execution text not null references execution
);

-- json, not jsonb: what was written is read back as it was, NUL characters and the order of keys included.
create table event (
  execution text not null references execution,
  seq       integer not null,
  name      text not null,
  kind      text not null,
  payload   json not null,
  epoch     integer not null,
  at        bigint not null,
  primary key (execution, seq),
  unique (execution, name, kind)
);
-- One result per execution and name; the first wins.
create unique index event_result on event (execution, name)
  where kind in ('stopped', 'succeeded', 'failed', 'slept', 'delivered', 'expired', 'recorded');

create table inbox (
  id        bigint generated always as identity primary key,
  execution text not null references execution,
  -- Of the wait that it answers; null for commands.
  name      text,
  message   json not null,
  unique (execution, name)
);
create index inbox_execution on inbox (execution);

create table task (
  id          bigint generated always as identity primary key,
  execution   text not null references execution,
  name        text not null,
  type        text not null,
  selectors   text[] not null,
  input       json,
  urgent      boolean not null,
  status      text not null check (status in ('queued', 'leased', 'done', 'closed')),
  -- Rises with every lease; a delegate proves itself by it.
  attempt     integer not null default 0,
  agent       text,
  -- Null while leased: the delegate lives in the store's own process.
  lease_until bigint,
  progress    json,
  result      json,
  unique (execution, name)
);
create index task_open on task (urgent desc, id) where status in ('queued', 'leased');
create index task_done on task (execution) where status = 'done';

-- Texts by the SHA-256 of their UTF-8, in hex.
create table content (
  hash text primary key,
  body text not null
);
