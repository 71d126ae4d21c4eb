"""What events are compared by with those before them, and since when feeds are observed."""

import json

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_EVENTS = sa.table("events", *(sa.column(name, sa.Text) for name in ("id", "description", "asset", "theme", "origins_at")))
_ARTICLES = sa.table(
    "articles",
    sa.column("id", sa.Text),
    sa.column("publisher_id", sa.Text),
    sa.column("published_at", storage.types.UTCDateTime),
    sa.column("seen_at", storage.types.UTCDateTime),
)
_FEEDS = sa.table(
    "feeds",
    sa.column("publisher_id", sa.Text),
    sa.column("last_success_at", storage.types.UTCDateTime),
    sa.column("observed_from", storage.types.UTCDateTime),
)


def upgrade() -> None:
    op.add_column("events", sa.Column("asset", sa.String(length=40), nullable=True))
    op.add_column("events", sa.Column("theme", sa.String(length=40), nullable=True))
    op.add_column("events", sa.Column("origins_at", sa.Text(), server_default="[]", nullable=False))
    op.create_index("ix_events_by_asset", "events", ["asset", "first_published_at"])
    op.create_index("ix_events_by_theme", "events", ["theme", "first_published_at"])
    op.add_column("feeds", sa.Column("observed_from", storage.types.UTCDateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    described = sa.select(_EVENTS.c.id, _EVENTS.c.description).where(_EVENTS.c.description.is_not(None))
    for event_id, description in connection.execute(described).all():
        _tell_traits(connection, event_id, json.loads(description))
    # As far as its articles tell: nothing says yet whether its polls ever paused.
    first = sa.select(sa.func.min(_ARTICLES.c.seen_at)).where(_ARTICLES.c.publisher_id == _FEEDS.c.publisher_id)
    answered = sa.update(_FEEDS).where(_FEEDS.c.last_success_at.is_not(None))
    connection.execute(answered.values(observed_from=first.scalar_subquery()))


def downgrade() -> None:
    op.drop_column("feeds", "observed_from")
    op.drop_index("ix_events_by_theme", "events")
    op.drop_index("ix_events_by_asset", "events")
    for column in ("origins_at", "theme", "asset"):
        op.drop_column("events", column)


def _tell_traits(connection: sa.Connection, event_id: str, said: dict) -> None:
    groups = [origin["article_ids"] for origin in said["origins"]]
    wanted = [article_id for group in groups for article_id in group]
    dates = sa.select(_ARTICLES.c.id, _ARTICLES.c.published_at).where(_ARTICLES.c.id.in_(wanted))
    found = {row.id: row.published_at.timestamp() for row in connection.execute(dates)}
    firsts = [min(dated) for group in groups if (dated := [found[one] for one in group if one in found])]
    traits = {
        "asset": next((one["symbol"] for one in said["assets"] if one["primary"]), None),
        "theme": next((one["theme"] for one in said["themes"] if one["primary"]), None),
        "origins_at": json.dumps(sorted(firsts)),
    }
    connection.execute(sa.update(_EVENTS).where(_EVENTS.c.id == event_id).values(**traits))
