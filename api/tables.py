"""The tables of api: people and keys, tokens and passwords as hashes; webhooks, deliveries; what was shown."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from storage.schema import metadata
from storage.types import SEQUENCE, UTCDateTime

editors = Table(
    "editors",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("created_at", UTCDateTime, nullable=False),
    Column("role", String(10), nullable=False, server_default="admin"),  # of those there before there were roles
    Column("password_hash", String(200)),  # null: signs in by links alone
    Column("last_seen_at", UTCDateTime),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("editor_id", String(40), ForeignKey("editors.id"), nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("editor_id", String(40), ForeignKey("editors.id"), nullable=False),
    Column("form_token", String(64), nullable=False),  # every form carries it; a page elsewhere cannot know it
    Column("is_by_link", Boolean, nullable=False),
    Column("began_at", UTCDateTime, nullable=False),
    Column("seen_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
)

administration = Table(
    "administration",
    metadata,
    Column("seq", SEQUENCE, primary_key=True, autoincrement=True),
    Column("type", String(20), nullable=False),
    Column("by", String(40), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("about", String(40), nullable=False),  # the name of an editor or a key
    Column("detail", String(100), nullable=False),  # the role, the scopes
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(40), nullable=False, unique=True),  # for ever: a revoked key stays in the list
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("scopes", String(100), nullable=False),  # words with a space between
    Column("created_at", UTCDateTime, nullable=False),
    Column("last_used_on", Date),
    Column("revoked_at", UTCDateTime),
)

names = Table(
    "names",
    metadata,
    Column("folded", String(120), primary_key=True),  # a character may become three
    Column("name", String(40), nullable=False),
    Column("is_key", Boolean, nullable=False),  # else an editor's, also of one who was removed
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("key_id", String(40), ForeignKey("api_keys.id"), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("secret", String(80), nullable=False),  # as it is: messages are signed with it
    Column("former_secret", String(80)),
    Column("former_until", UTCDateTime),
    Column("created_at", UTCDateTime, nullable=False),
    Column("seq", BigInteger, nullable=False),  # of the last change that it is done with
    Column("attempts", Integer, nullable=False),  # of the message behind that
    Column("next_try_at", UTCDateTime),  # null: at once
    Column("failing_since", UTCDateTime),
    Column("disabled", String(10)),
    Column("disabled_at", UTCDateTime),
    Column("ping_asked_at", UTCDateTime),
    Column("claim", String(40)),  # whoever has another one by now delivers no longer
    Column("claimed_until", UTCDateTime),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", SEQUENCE, primary_key=True, autoincrement=True),
    Column("webhook_id", String(40), ForeignKey("webhooks.id"), nullable=False),
    Column("message_id", String(100), nullable=False),
    Column("type", String(20), nullable=False),
    Column("seq", BigInteger),  # null of a ping
    Column("attempt", Integer, nullable=False),
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("took_ms", Integer, nullable=False),
    Column("outcome", String(30), nullable=False),
    Column("status", Integer),
    Index("ix_deliveries_webhook", "webhook_id", "id"),
    Index("ix_deliveries_seq", "seq"),
)

showings = Table(
    "showings",
    metadata,
    Column("subject", String(40), primary_key=True),  # an event's id, or that it is about feeds
    Column("name", String(500), primary_key=True),  # the site where it was shown, the feed's address
    Column("hour", UTCDateTime, primary_key=True, index=True),
    Column("times", Integer, nullable=False),
)
