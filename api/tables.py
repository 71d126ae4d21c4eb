"""The tables of api: editors, the links they sign in with, their sessions, and keys. Tokens are kept as hashes."""

from sqlalchemy import Column, Date, ForeignKey, String, Table

from storage.schema import metadata
from storage.types import UTCDateTime

editors = Table(
    "editors",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("created_at", UTCDateTime, nullable=False),
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
    Column("expires_at", UTCDateTime, nullable=False),
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
