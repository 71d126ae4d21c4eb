"""The tables of ingest: publishers, their feeds, what these listed, articles and words, rules and turns of hosts."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)

from storage.schema import metadata
from storage.types import SEQUENCE, UTCDateTime

publishers = Table(
    "publishers",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("name", Text, nullable=False),
    Column("was_called", Text),  # what they published may be found by this name still; null: by today's alone
    Column("retold_to", String(40)),  # the article up to which, by id, that is done; null: from the first on
    Column("home", Text, nullable=False),
    Column("owner", Text),
    Column("owner_basis", Text),
    Column("standing", String(20), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("language", String(20), nullable=False),
    Column("removed_at", UTCDateTime),  # an operator removed it with all its articles; null: it may publish
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("publisher_id", String(80), ForeignKey("publishers.id"), nullable=False),
    Column("url", Text, nullable=False, unique=True),
    Column("enabled", Boolean, nullable=False, server_default=true()),  # an operator's word once the feed is there
    Column("folder", Text),
    Column("language", String(20)),  # null: its publisher's
    Column("next_poll_at", UTCDateTime, nullable=False, index=True),
    Column("claimed_until", UTCDateTime),  # a worker has it until then; a killed one's claim runs out
    Column("last_poll_at", UTCDateTime),
    Column("last_success_at", UTCDateTime),
    Column("observed_from", UTCDateTime),  # answered since then without a gap; null until it answered
    Column("last_outcome", String(40)),
    Column("failures", Integer, nullable=False),  # in a row
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", String(32)),
    Column("interval_seconds", Integer),  # what polling aims at; null until a body was read
    Column("last_new_at", UTCDateTime),
    Column("last_http_status", Integer),  # null when no answer came
    Column("failing_since", UTCDateTime),  # null while it answers
    Column("off_because", String(20)),  # why we turned it off; null when nobody or an operator did
    Column("body_at", UTCDateTime),  # when it last sent its body rather than a 304
    Column("skips", Text),  # hours and days on which it wants not to be asked; null: none
    Column("moved_to", Text),  # where permanent redirects led at the last polls; null: nowhere
    Column("moved_since", UTCDateTime),
    Column("moves", Integer, nullable=False, server_default="0"),  # polls in a row that were led there
)

# Where a feed was before it moved for good: lists still name it so.
feed_addresses = Table(
    "feed_addresses",
    metadata,
    Column("url", Text, primary_key=True),
    Column("feed_id", Integer, ForeignKey("feeds.id"), nullable=False, index=True),
    Column("moved_at", UTCDateTime, nullable=False),
)

site_rules = Table(
    "site_rules",
    metadata,
    Column("site", String(300), primary_key=True),  # scheme, name and port
    Column("asked_at", UTCDateTime, nullable=False),
    Column("outcome", String(40), nullable=False),  # of the last time that robots.txt was asked for
    Column("rules", Text),  # the last that came, "" when there are none; null when none ever came
    Column("crawl_delay_seconds", Float),  # that they ask for, within our bounds; null: none
)

hosts = Table(
    "hosts",
    metadata,
    Column("name", String(300), primary_key=True),  # scheme, name and port
    Column("free_at", UTCDateTime, nullable=False),  # a second after the end of the last request
    Column("held_until", UTCDateTime),  # a request is under way; a killed worker's hold runs out
    Column("holder", String(40)),
)

feed_outcomes = Table(
    "feed_outcomes",
    metadata,
    Column("feed_id", Integer, ForeignKey("feeds.id"), primary_key=True),
    Column("unit", String(10), primary_key=True),  # feed | entry | page
    Column("outcome", String(40), primary_key=True),
    Column("count", Integer, nullable=False),
)

# How long it took until articles were seen and shown, as the buckets of a histogram: only ever counted up.
delays = Table(
    "delays",
    metadata,
    Column("publisher_id", String(80), ForeignKey("publishers.id"), primary_key=True),
    Column("step", String(20), primary_key=True),
    Column("within", Integer, primary_key=True),  # seconds that the articles of this row took at most
    Column("count", Integer, nullable=False),
    Column("seconds", Float, nullable=False),  # that they took together
)

feed_oddities = Table(
    "feed_oddities",
    metadata,
    Column("feed_id", Integer, ForeignKey("feeds.id"), primary_key=True),
    Column("oddity", String(40), primary_key=True),
    Column("entries", Integer, nullable=False),  # of the last body that was read
    Column("polls", Integer, nullable=False),  # in which a body had it
)

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feed_id", Integer, ForeignKey("feeds.id"), nullable=False),
    Column("guid_hash", String(32), nullable=False),  # of its name, see `ingest/naming.py`
    Column("attempts", Integer, nullable=False),  # at reading its page, counted before each; 0 once it was read
    Column("outcome", String(40)),  # null while it is being worked on
    Column("article_id", String(40), ForeignKey("articles.id"), index=True),  # that it made, or that was there
    Column("title_hash", String(32)),  # of its headline; where it made an article, of that which this has
    # By these it is known again and what it says now is told from what it said; null where it has none, or from before
    # they were kept.
    Column("link_hash", String(32)),  # of its canonical link
    Column("date_hash", String(32)),  # of its date as the feed wrote it, where that has a time
    Column("words_hash", String(32)),  # of headline and teaser; "" where its page is still to be read for them
    Column("looked_at", UTCDateTime),  # when its page was read again for a change
    Column("asked_at", UTCDateTime),  # when it was asked for because it may be gone
    Column("gone_at", UTCDateTime),  # since when its page is not there; null while it is, or nobody looked
    Column("set_aside_at", UTCDateTime),  # it broke its reader too often
    Column("url", Text),  # where one that was set aside leads, or one whose article was there: that may move to it
    UniqueConstraint("feed_id", "guid_hash"),
    Index("ix_entries_by_link", "feed_id", "link_hash"),
    Index(
        "ix_entries_set_aside",
        "id",
        sqlite_where=text("outcome = 'quarantined'"),
        postgresql_where=text("outcome = 'quarantined'"),
    ),
)

articles = Table(
    "articles",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("publisher_id", String(80), ForeignKey("publishers.id"), nullable=False),
    Column("url", Text, nullable=False, unique=True),  # canonical: an article is stored once
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),  # "" once a text that is reserved was read; an excerpt once it is forgotten
    Column("forgotten", Boolean, nullable=False, default=False),  # its text was kept as long as it may be
    Column("text_hash", String(32)),  # null for articles from before it was kept
    Column("authors", Text, nullable=False),
    Column("language", String(20), nullable=False),
    Column("published_at", UTCDateTime, nullable=False),
    Column("published_at_basis", String(20), nullable=False),
    Column("published_raw", Text),  # as the feed has it; null for articles from before it was kept
    Column("seen_at", UTCDateTime, nullable=False),
    Column("revision", Integer, nullable=False, default=1),  # counts up when title or text change
    Column("first_title", Text),  # null while it has the title that it was stored with
    Column("removed_at", UTCDateTime),  # its publisher or a court took it back; it stands in no event any more
    # An editor added it and no feed has listed it: it stands where editors put it and nowhere else.
    Column("by_hand", Boolean, nullable=False, default=False),
    Column("links", Text, nullable=False),
    Column("flags", Text, nullable=False),
    Index("ix_articles_by_date", "published_at", "id"),
    # With all that tells whether one waits to be read: SQLite goes through a text to what stands behind it.
    Index("ix_articles_by_seen", "seen_at", "id", "revision", "removed_at"),
    # Partial: all but the last month's are forgotten.
    Index(
        "ix_articles_to_forget",
        "seen_at",
        "id",
        sqlite_where=text("NOT forgotten"),
        postgresql_where=text("NOT forgotten"),
    ),
    Index("ix_articles_by_publisher", "publisher_id", "published_at", "id"),
)

article_revisions = Table(
    "article_revisions",
    metadata,
    Column("article_id", String(40), ForeignKey("articles.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),  # what the article became; as stored first it is 1
    Column("at", UTCDateTime, nullable=False),
    Column("title", Text, nullable=False),  # until then
    Column("words_added", Integer, nullable=False),
    Column("words_removed", Integer, nullable=False),
    Column("cuts", Text),  # what the text said before where it differs, see revisions; null: not kept
)

article_words = Table(
    "article_words",
    metadata,
    Column("number", SEQUENCE, primary_key=True, autoincrement=True),
    Column("article_id", String(40), ForeignKey("articles.id"), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("titles", Text, nullable=False),  # what it was called at first
    Column("more", Text, nullable=False),  # publisher, excerpt, themes, assets
    Column("spelt", Text, nullable=False),
)

additions = Table(
    "additions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("url", Text, nullable=False),  # canonical, as an editor gave it
    Column("event_id", String(40), nullable=False, index=True),
    Column("by", String(40), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(10), nullable=False, index=True),  # waiting | fetched | placed | refused
    Column("sentence", Text, nullable=False),  # why it was refused
    Column("attempts", Integer, nullable=False),  # at what is to be done next, counted before each
    Column("claimed_until", UTCDateTime),  # a worker has it until then; a killed one's claim runs out
    Column("article_id", String(40), ForeignKey("articles.id")),
    Column("action", SEQUENCE),  # seq of the editors' action that placed it
)

touches = Table(
    "touches",
    metadata,
    Column("seq", SEQUENCE, primary_key=True, autoincrement=True),
    Column("about", String(80), nullable=False),  # the id of an article, a publisher or an event
)
