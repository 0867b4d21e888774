package store

// A migration takes a database from the version of its index to the next. Released ones never change.
var outboxMigrations = []string{`
CREATE TABLE outbox (
	seq     INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of sending
	id      TEXT NOT NULL UNIQUE,              -- origin-id and message id
	conv    TEXT NOT NULL,                     -- bare JID
	grp     INTEGER NOT NULL,
	body    TEXT NOT NULL,
	time    INTEGER NOT NULL,                  -- written, in microseconds
	failure TEXT NOT NULL DEFAULT ''           -- why it was refused; such a message waits for the user
);
CREATE TABLE drafts (
	conv TEXT PRIMARY KEY,
	body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE letterbox (public TEXT NOT NULL, private TEXT NOT NULL);
`, `
ALTER TABLE outbox ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;    -- of the content: model.Kind; body is its text
ALTER TABLE outbox ADD COLUMN payload TEXT NOT NULL DEFAULT '';   -- the rest of the content, in JSON
ALTER TABLE outbox ADD COLUMN replaces TEXT NOT NULL DEFAULT '';  -- the message that it corrects
ALTER TABLE outbox ADD COLUMN reply TEXT NOT NULL DEFAULT '';     -- what it answers: Reply in JSON
ALTER TABLE letterbox RENAME TO inbox_keys;
`, `
ALTER TABLE outbox ADD COLUMN fact INTEGER NOT NULL DEFAULT 0; -- what it is: factKind; but for messages, the rest is in payload
ALTER TABLE outbox ADD COLUMN about TEXT NOT NULL DEFAULT '';  -- an id of the message that it is about
`, `
CREATE TABLE choices (                     -- of the user, for a conversation
	conv      TEXT PRIMARY KEY,
	muted     INTEGER NOT NULL,                -- until then, in microseconds; 0: not
	mentions  INTEGER NOT NULL,                -- messages that mention the user get through
	favourite INTEGER NOT NULL,
	unread    INTEGER NOT NULL,                -- marked so by hand
	archived  INTEGER NOT NULL                 -- put away while its newest message lies before this place; 0: not
) WITHOUT ROWID;
CREATE TABLE pins (                        -- messages that the user keeps at hand
	conv      TEXT NOT NULL,
	at        INTEGER NOT NULL,                -- place in the conversation
	id        TEXT NOT NULL,                   -- Message.LocalID
	stanza_id TEXT NOT NULL
);
CREATE INDEX pins_conv ON pins (conv);
`, `
CREATE TABLE status (                      -- what the account tells its contacts
	id       INTEGER PRIMARY KEY CHECK (id = 1),
	presence INTEGER NOT NULL,
	body     TEXT NOT NULL,
	until    INTEGER NOT NULL                  -- in microseconds; 0: it does not end
);
`, `
-- The account's other devices are still to be told.
ALTER TABLE choices ADD COLUMN due INTEGER NOT NULL DEFAULT 0; -- whether it is marked as unread
ALTER TABLE status ADD COLUMN due INTEGER NOT NULL DEFAULT 0;
`}

var cacheMigrations = []string{`
CREATE TABLE cache.meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE cache.conversations (
	id      INTEGER PRIMARY KEY,
	jid     TEXT NOT NULL UNIQUE,
	grp     INTEGER NOT NULL,
	name    TEXT NOT NULL DEFAULT '',          -- of a group, from its bookmark
	nick    TEXT NOT NULL DEFAULT '',          -- own one in a group
	gone    INTEGER NOT NULL DEFAULT 0,        -- no bookmark any more: not in the list
	last    INTEGER NOT NULL DEFAULT 0,        -- row of the newest message
	last_at INTEGER NOT NULL DEFAULT 0,
	unread  INTEGER NOT NULL DEFAULT 0,
	read_at INTEGER NOT NULL DEFAULT 0,        -- messages up to this place were seen
	marker  TEXT NOT NULL DEFAULT ''           -- a displayed marker still to be sent
);
CREATE TABLE cache.messages (
	row       INTEGER PRIMARY KEY AUTOINCREMENT,
	conv      INTEGER NOT NULL,
	at        INTEGER NOT NULL,                -- place in the conversation: time, made strictly rising
	time      INTEGER NOT NULL,                -- shown, in microseconds
	own       INTEGER NOT NULL,
	author    TEXT NOT NULL,                   -- bare JID, or room/nick
	nick      TEXT NOT NULL,
	body      TEXT NOT NULL,
	state     INTEGER NOT NULL,
	failure   TEXT NOT NULL DEFAULT '',
	msg_id    TEXT NOT NULL,
	origin_id TEXT NOT NULL,
	stanza_id TEXT NOT NULL,
	archived  INTEGER NOT NULL,                -- seen in an archive's answer
	markable  INTEGER NOT NULL
);
CREATE INDEX cache.messages_place ON messages (conv, at, row);
CREATE INDEX cache.messages_stanza ON messages (conv, stanza_id) WHERE stanza_id <> '';
CREATE INDEX cache.messages_id ON messages (conv, msg_id) WHERE msg_id <> '';
CREATE INDEX cache.messages_origin ON messages (conv, origin_id) WHERE origin_id <> msg_id AND origin_id <> '';
CREATE INDEX cache.messages_queued ON messages (row) WHERE own = 1 AND state = 1;
CREATE INDEX cache.messages_live ON messages (conv, at) WHERE archived = 0;
CREATE TABLE cache.archives (              -- '' is the account's own
	jid  TEXT PRIMARY KEY,
	last TEXT NOT NULL                         -- everything up to this stanza-id was seen, but for the holes
) WITHOUT ROWID;
CREATE TABLE cache.holes (                 -- stretches of an archive that were never fetched
	conv  INTEGER NOT NULL,
	lo    TEXT NOT NULL,                       -- the last known message before it; '' the beginning of the archive
	hi    TEXT NOT NULL,                       -- the first known message after it; '' the end of the archive
	hi_at INTEGER NOT NULL,                    -- messages at or after this place lie after the hole
	PRIMARY KEY (conv, hi_at)
) WITHOUT ROWID;
CREATE TABLE cache.contacts (
	jid       TEXT PRIMARY KEY,
	roster    INTEGER NOT NULL DEFAULT 0,      -- in the contact list
	name      TEXT NOT NULL DEFAULT '',        -- given there
	full_name TEXT NOT NULL DEFAULT '',        -- of the vCard, as are title and org
	title     TEXT NOT NULL DEFAULT '',
	org       TEXT NOT NULL DEFAULT '',
	vcard_at  INTEGER NOT NULL DEFAULT 0       -- when the vCard was fetched, in microseconds
) WITHOUT ROWID;
CREATE TABLE cache.members (
	conv INTEGER NOT NULL,
	jid  TEXT NOT NULL,
	nick TEXT NOT NULL,
	PRIMARY KEY (conv, jid)
) WITHOUT ROWID;
`, `
-- Content, and what messages say about one another.
ALTER TABLE cache.messages ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;   -- of the content: model.Kind; body is its text
ALTER TABLE cache.messages ADD COLUMN payload TEXT NOT NULL DEFAULT '';  -- the rest of the content, in JSON
ALTER TABLE cache.messages ADD COLUMN replaces TEXT NOT NULL DEFAULT ''; -- the message that it corrects, as it names it
ALTER TABLE cache.messages ADD COLUMN folded INTEGER NOT NULL DEFAULT 0; -- the row of that message, once it is here: then it is not shown
ALTER TABLE cache.messages ADD COLUMN latest INTEGER NOT NULL DEFAULT 0; -- the row of the newest correction of it
ALTER TABLE cache.messages ADD COLUMN reply TEXT NOT NULL DEFAULT '';    -- what it answers: Reply in JSON
ALTER TABLE cache.messages ADD COLUMN reacted INTEGER NOT NULL DEFAULT 0; -- there are reactions to it
CREATE INDEX cache.messages_replaces ON messages (conv, replaces) WHERE replaces <> '';
CREATE INDEX cache.messages_folded ON messages (folded) WHERE folded <> 0;
CREATE INDEX cache.messages_own ON messages (conv, at) WHERE own = 1 AND author <> ''; -- from other devices
CREATE TABLE cache.relations (             -- facts about messages, and facts that nothing applies yet
	id       INTEGER PRIMARY KEY,
	conv     INTEGER NOT NULL,
	kind     INTEGER NOT NULL,                 -- factKind
	target   TEXT NOT NULL,                    -- the message, as the stanza names it
	row      INTEGER NOT NULL DEFAULT 0,       -- its row; 0: it is not here yet
	at       INTEGER NOT NULL,                 -- place in the conversation, among messages and relations
	time     INTEGER NOT NULL,
	own      INTEGER NOT NULL,
	author   TEXT NOT NULL,
	nick     TEXT NOT NULL,
	value    TEXT NOT NULL,                    -- JSON
	msg_id   TEXT NOT NULL,
	stanza_id TEXT NOT NULL,
	archived INTEGER NOT NULL
);
CREATE INDEX cache.relations_target ON relations (conv, target) WHERE target <> '';
CREATE INDEX cache.relations_waiting ON relations (conv) WHERE row = 0;
CREATE INDEX cache.relations_row ON relations (row) WHERE row <> 0;
CREATE INDEX cache.relations_place ON relations (conv, at);
CREATE INDEX cache.relations_stanza ON relations (conv, stanza_id) WHERE stanza_id <> '';
CREATE INDEX cache.relations_marks ON relations (conv, kind, author, row) WHERE kind >= 3 AND kind <= 5 AND row <> 0;
-- How far messages were delivered and read are places now, so that it does not matter in which order receipts and messages come.
ALTER TABLE cache.conversations ADD COLUMN read_floor INTEGER NOT NULL DEFAULT 0;   -- read_at is never below this
ALTER TABLE cache.conversations ADD COLUMN got_at INTEGER NOT NULL DEFAULT 0;       -- the other person has own messages up to here
ALTER TABLE cache.conversations ADD COLUMN peer_read_at INTEGER NOT NULL DEFAULT 0; -- and has read those up to here
ALTER TABLE cache.conversations ADD COLUMN got_floor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cache.conversations ADD COLUMN peer_read_floor INTEGER NOT NULL DEFAULT 0;
UPDATE cache.conversations SET read_floor = read_at,
	got_floor = coalesce((SELECT max(at) FROM cache.messages m WHERE m.conv = conversations.id AND own = 1 AND state IN (3, 4)), 0),
	peer_read_floor = coalesce((SELECT max(at) FROM cache.messages m WHERE m.conv = conversations.id AND own = 1 AND state = 4), 0)
	WHERE grp = 0;
UPDATE cache.conversations SET read_floor = read_at WHERE grp = 1;
UPDATE cache.conversations SET got_at = got_floor, peer_read_at = peer_read_floor;
UPDATE cache.messages SET state = 2 WHERE own = 1 AND state IN (3, 4);
ALTER TABLE cache.holes RENAME TO gaps;
`, `
CREATE INDEX cache.relations_own ON relations (conv, msg_id) WHERE own = 1 AND msg_id <> ''; -- they meet their copies
`, searchSchema, `
ALTER TABLE cache.conversations ADD COLUMN mark INTEGER NOT NULL DEFAULT 0; -- the account's other devices are to know what was seen up to this row
ALTER TABLE cache.conversations ADD COLUMN told TEXT NOT NULL DEFAULT '';   -- the stanza-id that they were told last, by whichever device
`, `
CREATE TABLE cache.backlogs (              -- stretches of an archive that were missed and are still to be read
	id      INTEGER PRIMARY KEY AUTOINCREMENT, -- a later one has a higher id, and lies behind
	archive TEXT NOT NULL,
	lo      TEXT NOT NULL,                     -- the last known message before it; '' the beginning of the archive
	hi      TEXT NOT NULL                      -- the first known message after it
);
ALTER TABLE cache.gaps ADD COLUMN backlog INTEGER NOT NULL DEFAULT 0; -- the backlog that it is a part of, and ends with
`, `
ALTER TABLE cache.messages ADD COLUMN mention INTEGER NOT NULL DEFAULT 0; -- it names this account
CREATE INDEX cache.messages_mention ON messages (conv, at) WHERE mention = 1;
`, `
ALTER TABLE cache.contacts ADD COLUMN unit TEXT NOT NULL DEFAULT '';
ALTER TABLE cache.contacts ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE cache.contacts ADD COLUMN mail TEXT NOT NULL DEFAULT '';
ALTER TABLE cache.contacts ADD COLUMN phone TEXT NOT NULL DEFAULT '';
UPDATE cache.contacts SET vcard_at = 0; -- to be asked again
`, `
ALTER TABLE cache.members ADD COLUMN affiliation TEXT NOT NULL DEFAULT ''; -- owner, admin, member; '' where an earlier version did not ask
`, `
ALTER TABLE cache.gaps ADD COLUMN upto INTEGER NOT NULL DEFAULT 0;    -- the newest backlog that it covers: one may lie in several
UPDATE cache.gaps SET upto = coalesce((SELECT max(id) FROM cache.backlogs), 0);
`, `
-- The stamps of the ends of what was read of an archive, and what became of them: see stamp.go. 0 where they are not known.
ALTER TABLE cache.archives ADD COLUMN stamp INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cache.archives ADD COLUMN made INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cache.backlogs ADD COLUMN lo_stamp INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cache.backlogs ADD COLUMN lo_made INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cache.backlogs ADD COLUMN hi_stamp INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cache.backlogs ADD COLUMN hi_made INTEGER NOT NULL DEFAULT 0;
`, `
CREATE INDEX cache.messages_files ON messages (conv, at, row) WHERE kind = 1; -- a conversation's pictures and files
`, `
CREATE INDEX cache.messages_rich ON messages (conv, at)                       -- what is more than a plain text
	WHERE (kind <> 0 OR payload <> '' OR reply <> '' OR reacted <> 0 OR folded <> 0 OR latest <> 0 OR replaces <> '' OR failure <> '');
`, `
CREATE INDEX cache.messages_answers ON messages (conv, json_extract(reply, '$.ID')) WHERE reply <> ''; -- what answers a message
`, `
DROP INDEX cache.messages_replaces;
CREATE INDEX cache.messages_replaces ON messages (conv, replaces, at) WHERE replaces <> ''; -- the corrections of a message from a place on
`, `
CREATE TABLE cache.avatars (                     -- of groups
	conv INTEGER PRIMARY KEY,
	hash TEXT NOT NULL,                          -- that the room tells of its picture
	data BLOB NOT NULL                           -- what is kept of it; empty where it is not shown
);
`}
