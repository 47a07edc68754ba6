/** Version of the tables and of what is written into them: a file of another version is deleted and rebuilt. */
export const readModelsVersion = 21;

/** The price book that an account is on, as an index and a question must write it alike. */
export const bookOfAccount = "json_extract(coalesce(terms, opened), '$.priceBook')";

/**
 * Everything here can be made again from the store's log. Accounts and holds have small integer numbers in the order of
 * their opening; texts of events are kept as the store has them, so that answers need not read the store.
 *
 * What changes often (summaries, open holds) is kept apart from what never does (accounts, holds, endings), so that a
 * settled hold is two short rows appended and not a long one rewritten. A hold is in `open_holds` or in `endings`, so that
 * all holds of an account are found by the indexes of these two: one of their own was a fifth of what a freeze cost here.
 */
export const tables = `
  CREATE TABLE checkpoint (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    -- everything up to here is in the tables
    position TEXT NOT NULL,
    -- the last event seen: tells whether this file belongs to the store at hand
    event_position TEXT,
    event_stream TEXT,
    event_revision INTEGER,
    event_hash TEXT,
    newest_event_at INTEGER NOT NULL,
    fold_version INTEGER NOT NULL
  ) STRICT;

  -- the last event of every stream, also of those that are no accounts: what checkpoints are made of
  CREATE TABLE heads (
    stream TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    position TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE accounts (
    number INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE,
    -- NULL: not even its first event could be read
    opened TEXT,
    -- as they were agreed last; NULL: as at the opening
    terms TEXT
  ) STRICT;

  CREATE INDEX accounts_of_book ON accounts (${bookOfAccount}, account_id);

  CREATE TABLE summaries (
    account INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL,
    available TEXT NOT NULL,
    frozen TEXT NOT NULL,
    settled TEXT NOT NULL,
    packs TEXT NOT NULL,
    deposited TEXT NOT NULL,
    credited TEXT NOT NULL,
    withdrawn TEXT NOT NULL,
    suspended_for TEXT NOT NULL,
    closed INTEGER NOT NULL,
    open_holds INTEGER NOT NULL,
    -- nearest of its open holds and of its schedule
    next_deadline INTEGER,
    -- why events after this revision are not in the tables
    error TEXT
  ) STRICT;
  CREATE INDEX due ON summaries (next_deadline) WHERE next_deadline IS NOT NULL AND error IS NULL;

  CREATE TABLE holds (
    hold INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    hold_id TEXT NOT NULL,
    deadline INTEGER NOT NULL,
    opening TEXT NOT NULL,
    UNIQUE (account, hold_id)
  ) STRICT;

  CREATE TABLE open_holds (
    account INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    hold INTEGER NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (account, deadline, hold)
  ) STRICT, WITHOUT ROWID;

  -- what falls due besides holds
  CREATE TABLE schedule (
    account INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    deadline INTEGER NOT NULL,
    PRIMARY KEY (account, kind, subject)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX schedule_by_account ON schedule (account, deadline);

  -- those that have units left and have not ended
  CREATE TABLE packs (
    account INTEGER NOT NULL,
    pack_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    -- reserved ones included
    units_left INTEGER NOT NULL,
    -- whether somebody was told that it expires
    expiry_notified INTEGER NOT NULL,
    PRIMARY KEY (account, pack_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE endings (
    hold INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    -- what the hold reads now: see statusNumbers
    status INTEGER NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE INDEX endings_of_account ON endings (account, status);

  CREATE TABLE followUps (
    hold INTEGER PRIMARY KEY,
    late TEXT,
    uncollected TEXT,
    -- sum of its refunds
    refunded TEXT
  ) STRICT;

  CREATE TABLE warnings (
    account INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (account, revision)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE requests (
    account INTEGER NOT NULL,
    key TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (account, key)
  ) STRICT, WITHOUT ROWID;
  -- whose a transaction of a channel is, over all accounts
  CREATE INDEX deposits_by_id ON requests (key) WHERE type = 'funds-deposited.v1';

  -- in the order of their opening; what was said of each is in requests
  CREATE TABLE orders (
    number INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    order_id TEXT NOT NULL,
    UNIQUE (account, order_id)
  ) STRICT;
  CREATE INDEX orders_of_account ON orders (account);

  -- see FilterKeeper
  CREATE TABLE filter_segments (segment INTEGER PRIMARY KEY, ids INTEGER NOT NULL, bits BLOB NOT NULL, crc INTEGER NOT NULL) STRICT;
  CREATE TABLE filter_reach (only INTEGER PRIMARY KEY CHECK (only = 1), last_hold INTEGER NOT NULL, crc INTEGER NOT NULL) STRICT;

  CREATE TABLE snapshots (
    account INTEGER NOT NULL,
    -- 0, 1, 2 … in the order of keeping
    ordinal INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    position TEXT NOT NULL,
    hash TEXT NOT NULL,
    state TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX snapshots_of_account ON snapshots (account, revision, at, ordinal);

  CREATE TABLE parked (
    position TEXT PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    -- 1: not understood; 0: understood, but it cannot have happened
    unreadable INTEGER NOT NULL,
    reason TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** How an ended hold's status is written in `endings`. */
export const statusNumbers = { settled: 1, released: 2, expired: 3 } as const;
