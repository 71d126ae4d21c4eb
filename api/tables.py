"""The tables of api: editors, the links they sign in with, and their sessions. Tokens are kept as hashes."""

from sqlalchemy import Column, ForeignKey, String, Table

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
