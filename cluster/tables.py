"""The tables of cluster: what was read in each article, the events, their members and the change log."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from storage.schema import metadata
from storage.types import SEQUENCE, UTCDateTime, Vector

readings = Table(
    "readings",
    metadata,
    Column("article_id", String(40), ForeignKey("articles.id"), primary_key=True),
    Column("attempts", Integer, nullable=False),  # counted before the reading starts
    Column("read_at", UTCDateTime),  # null until it succeeded
    Column("revision", Integer, nullable=False, default=1),  # of the text that was read
    Column("engine", String(80)),  # vectors of two engines are never compared
    Column("title_vector", Vector),
    Column("lead_vector", Vector),
    Column("sketch", LargeBinary),
    Column("terms", Text),
    # A reading without it is of an older release, or of a text that is forgotten, and compared with nothing.
    Column("content", Text),
    Column("opening", Text),  # null too once a text that is reserved is compared with no other
    Column("words", Integer),
    Column("facts", Text),
    Index("ix_readings_by_age", "read_at", "engine"),
)

# Written as `cluster.store` asks for it: SQLite takes a partial index only for the very words of its condition.
_IS_DUE = "described_version < version OR related_version < described_version"

events = Table(
    "events",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("status", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("merged_into", String(40)),
    Column("split_from", String(40)),
    Column("locked", Boolean, nullable=False, default=False),  # by an editor: it keeps the articles it has
    Column("overrides", Text, nullable=False, default="{}"),  # title, lead, theme and level that an editor has set
    Column("pinned", Boolean, nullable=False, default=False),
    Column("hidden", Boolean, nullable=False, default=False),
    Column("last_action", Text),  # of an editor
    Column("updated_at", UTCDateTime, nullable=False),
    Column("first_published_at", UTCDateTime, nullable=False),
    Column("last_published_at", UTCDateTime, nullable=False),
    Column("described_version", Integer, nullable=False),  # below version: to be described again
    Column("related_version", Integer, nullable=False),  # below described_version: its context is to be found again
    Column("attempts", Integer, nullable=False),  # to describe what it is now, counted before each
    Column("description", Text),
    Column("related", Text, nullable=False),  # apart from the description: a new related event is no new version
    Column("signal_rank", Integer, nullable=False),  # 3 high, 2 medium, 1 low, 0 not described
    Column("score", Integer, nullable=False),
    Column("graded_until", UTCDateTime, index=True),  # when time alone changes its signal next; null: never
    Column("covered", Boolean, nullable=False, default=True),  # false: its signal says that it was not
    Column("independent_sources", Integer, nullable=False),
    Column("type", String(20)),
    Column("asset", String(40)),  # the primary one's symbol
    Column("theme", String(40)),  # the primary one
    Column("origins_at", Text, nullable=False, default="[]"),  # seconds since 1970, of each origin's first report
    Index("ix_events_locked", "locked"),
    Index("ix_events_merged_into", "merged_into", "id"),
    # Partial: for `not hidden` SQLite would take a whole one before those that a list is sorted by.
    Index("ix_events_pinned", "id", sqlite_where=text("pinned"), postgresql_where=text("pinned")),
    Index("ix_events_hidden", "id", sqlite_where=text("hidden"), postgresql_where=text("hidden")),
    Index("ix_events_due", "updated_at", sqlite_where=text(_IS_DUE), postgresql_where=text(_IS_DUE)),
    Index("ix_events_by_status", "status", "signal_rank", "id"),
    Index("ix_events_by_coverage", "covered", "graded_until"),
    Index("ix_events_by_asset", "asset", "first_published_at"),
    Index("ix_events_by_theme", "theme", "first_published_at"),
    Index("ix_events_by_signal", "signal_rank", "score", "last_published_at", "id"),
    Index("ix_events_by_recency", "last_published_at", "id"),
    Index("ix_events_by_sources", "independent_sources", "last_published_at", "id"),
)

event_tags = Table(
    "event_tags",
    metadata,
    Column("event_id", String(40), ForeignKey("events.id"), primary_key=True),
    # asset | theme | actor, whom its title names | level, see price_levels | follows, an event id
    Column("kind", String(10), primary_key=True),
    Column("tag", String(40), primary_key=True),
    Index("ix_event_tags_tag", "kind", "tag", "event_id"),
)

event_words = Table(
    "event_words",
    metadata,
    Column("number", SEQUENCE, primary_key=True, autoincrement=True),
    Column("event_id", String(40), ForeignKey("events.id"), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("titles", Text, nullable=False),  # its members', those they had at first too
    Column("more", Text, nullable=False),  # publishers, excerpts, themes, assets
    Column("spelt", Text, nullable=False),
)

members = Table(
    "members",
    metadata,
    # The primary key is the promise: an article stands in exactly one event.
    Column("article_id", String(40), ForeignKey("articles.id"), primary_key=True),
    Column("event_id", String(40), ForeignKey("events.id"), nullable=False),
    Column("probability", Float, nullable=False),
    Column("because", Text, nullable=False),
    Column("rival_event_id", String(40)),
    Column("rival_score", Float),
    Column("copy_of", String(40)),
    Column("ruleset", String(40), nullable=False),
    Column("revision", Integer, nullable=False, default=1),  # of the text that its place was decided on
    Column("visible_at", UTCDateTime),  # when its event first said that it has it; null until then
    Index("ix_members_by_event", "event_id", "ruleset"),
)

changes = Table(
    "changes",
    metadata,
    Column("seq", SEQUENCE, primary_key=True, autoincrement=True),
    Column("event_id", String(40), ForeignKey("events.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String(20), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("by", String(40), nullable=False),
    Column("fields", Text, nullable=False),
    Column("moved", Text),  # articles that came and went, where an id leads and why; null when nothing moved
    Index("uq_changes_event_version", "event_id", "version", unique=True),
)

bookmarks = Table(
    "bookmarks",
    metadata,
    Column("name", String(20), primary_key=True),  # who reads the change log
    Column("seq", BigInteger, nullable=False),  # of the last row they are done with
)

placing = Table(
    "placing",
    metadata,
    Column("name", String(20), primary_key=True),  # one row, `placing`: locked by every change
    Column("holder", String(80), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("held_since", UTCDateTime),  # by this holder; null: since before that was kept, or by nobody yet
)

# What was done, counted where it is done: only ever counted up.
counts = Table(
    "counts",
    metadata,
    Column("what", String(10), primary_key=True),  # placed | changed
    Column("how", String(40), primary_key=True),
    Column("count", BigInteger, nullable=False),
)

actions = Table(
    "actions",
    metadata,
    Column("seq", SEQUENCE, primary_key=True, autoincrement=True),
    Column("type", String(20), nullable=False),
    Column("by", String(40), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("event_ids", Text, nullable=False),
    Column("before", Text, nullable=False),  # placements of the articles it moved
    Column("after", Text, nullable=False),
    Column("emptied", Text, nullable=False),  # ids of events that lost their last article to it
    Column("added", Text, nullable=False),  # pairs
    Column("superseded", Text, nullable=False),  # pairs
    Column("reason", Text, nullable=False, default=""),  # of a note its words
    Column("url", Text, nullable=False, default=""),  # of an article that was added by it
    Column("settings_before", Text, nullable=False, default="[]"),
    Column("settings_after", Text, nullable=False, default="[]"),
    Column("leads", Text, nullable=False, default="[]"),  # of events that it regrouped or kept apart, before it
    Column("dismissed", Text),  # the suggestion, where it was one
    Column("titles", Text, nullable=False, default="[]"),  # of its events when it was done
    # Unique: what is undone is undone once, whoever asks at the same time.
    Column("undoes", SEQUENCE, ForeignKey("actions.seq"), unique=True),
)

doubts = Table(
    "doubts",
    metadata,
    Column("event_id", String(40), ForeignKey("events.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("other_id", String(40), primary_key=True, index=True),  # empty where it is about one event
    Column("doubt", Integer, nullable=False),  # in thousandths: whole numbers order a page exactly
    Column("text", Text, nullable=False),
    Column("evidence", Text, nullable=False),  # clues
    Column("about", Text, nullable=False, default=""),  # what of the event
)

pairs = Table(
    "pairs",
    metadata,
    Column("one", String(40), ForeignKey("articles.id"), primary_key=True),  # the lesser id of the two
    Column("other", String(40), ForeignKey("articles.id"), primary_key=True, index=True),
    Column("link", String(20), nullable=False),  # must_link | cannot_link
)

dismissals = Table(
    "dismissals",
    metadata,
    Column("kind", String(40), primary_key=True),  # of doubt
    Column("event_id", String(40), ForeignKey("events.id"), primary_key=True),
    Column("other_id", String(40), primary_key=True),  # the other event; empty where the doubt is of one alone
    Column("about", Text, primary_key=True, default=""),  # what of the event; empty: whatever is asked of this kind
)
