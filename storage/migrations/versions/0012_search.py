"""The words that articles and events are found by, filled with those of what is there."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import sqlalchemy as sa
from alembic import op

from storage.full_text import create_index, drop_index
from storage.search_words import indexed

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

EXCERPT = 220  # characters
BATCH = 500
_WORDS = {
    kind: sa.table(f"{kind}_words", *map(sa.column, (f"{kind}_id", "title", "titles", "more", "spelt")))
    for kind in ("article", "event")
}
_DESCRIBED = sa.text(
    "SELECT id, description FROM events WHERE description IS NOT NULL AND status IN ('active', 'closed') AND id > :last"
    " ORDER BY id LIMIT :batch"
)
_ARTICLES = (
    "SELECT a.id, a.title, a.first_title, a.flags, p.name, r.facts, m.event_id FROM articles a"
    " JOIN publishers p ON p.id = a.publisher_id LEFT JOIN readings r ON r.article_id = a.id"
    " LEFT JOIN members m ON m.article_id = a.id WHERE a.removed_at IS NULL"
)
_OF_EVENTS = sa.text(f"{_ARTICLES} AND m.event_id IN :events ORDER BY a.published_at, a.id").bindparams(
    sa.bindparam("events", expanding=True)
)
_OTHERS = sa.text(
    f"{_ARTICLES} AND NOT EXISTS (SELECT 1 FROM article_words w WHERE w.article_id = a.id) ORDER BY a.id LIMIT :batch"
)


def upgrade() -> None:
    for kind in ("article", "event"):
        op.create_table(
            f"{kind}_words",
            sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
            sa.Column(f"{kind}_id", sa.String(length=40), nullable=False),
            *(sa.Column(field, sa.Text(), nullable=False) for field in ("title", "titles", "more", "spelt")),
            sa.ForeignKeyConstraint(
                [f"{kind}_id"], [f"{kind}s.id"], name=op.f(f"fk_{kind}_words_{kind}_id_{kind}s")
            ),
            sa.PrimaryKeyConstraint("number", name=op.f(f"pk_{kind}_words")),
            sa.UniqueConstraint(f"{kind}_id", name=op.f(f"uq_{kind}_words_{kind}_id")),
        )
        create_index(op.get_bind(), f"{kind}_words")
    _fill(op.get_bind())


def downgrade() -> None:
    for kind in ("event", "article"):
        drop_index(op.get_bind(), f"{kind}_words")
        op.drop_table(f"{kind}_words")


def _fill(connection: sa.Connection) -> None:
    last = ""
    while described := connection.execute(_DESCRIBED, {"last": last, "batch": BATCH}).all():
        last = described[-1].id
        said = {row.id: json.loads(row.description) for row in described}
        members = connection.execute(_OF_EVENTS, {"events": list(said)}).all()
        connection.execute(sa.insert(_WORDS["event"]), [_event(*one, members) for one in said.items()])
        _insert_articles(connection, members, said)
    while others := connection.execute(_OTHERS, {"batch": BATCH}).all():
        _insert_articles(connection, others, {})


def _insert_articles(connection: sa.Connection, rows: Sequence[sa.Row], said: dict) -> None:
    if rows:
        connection.execute(sa.insert(_WORDS["article"]), [_article(row, said.get(row.event_id, {})) for row in rows])


def _event(event_id: str, said: dict, articles: Sequence[sa.Row]) -> dict:
    members = [row for row in articles if row.event_id == event_id]
    titles = dict.fromkeys(title for row in members for title in (row.title, row.first_title) if title)
    more = [*_assets(said), *(found["theme"] for found in said.get("themes", []))]
    more += dict.fromkeys(row.name for row in members)
    more += [_excerpt(row, said) for row in members]
    return {"event_id": event_id} | asdict(indexed(said.get("title", ""), titles, more))


def _article(row: sa.Row, said: dict) -> dict:
    facts = json.loads(row.facts or "{}")
    more = [row.name, *_assets(facts), *(theme for theme, _ in facts.get("themes", [])), _excerpt(row, said)]
    return {"article_id": row.id} | asdict(indexed(row.title, [row.first_title or ""], more))


def _assets(told: dict) -> Iterator[str]:
    # A description of an early version may lack names.
    return (word for asset in told.get("assets", []) for word in (asset["symbol"], asset.get("name", "")))


def _excerpt(row: sa.Row, said: dict) -> str:
    """The first own words of an article as its event quotes them; none where it reserves their use."""
    if "reserved" in row.flags:
        return ""
    openings = (one["text"] for one in said.get("openings", []) if one["article_id"] == row.id)
    return " ".join(next(openings, "").split())[:EXCERPT]
