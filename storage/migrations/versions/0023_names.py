"""Names that stand for one in the record for ever, and how far a renamed publisher's articles have its new name."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# Whoever is there goes first; whoever is there no more was an editor, since no key ever goes.
BORNE = (
    ("SELECT name FROM editors ORDER BY created_at, name", False),
    ("SELECT name FROM api_keys ORDER BY created_at, name", True),
    ("SELECT DISTINCT about FROM administration ORDER BY about", False),
    ('SELECT DISTINCT "by" FROM actions ORDER BY "by"', False),
)


def upgrade() -> None:
    op.add_column("publishers", sa.Column("retold_to", sa.String(length=40), nullable=True))
    names = op.create_table(
        "names",
        sa.Column("folded", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("folded", name=op.f("pk_names")),
    )
    kept: dict[str, dict[str, object]] = {}
    for query, is_key in BORNE:
        for (name,) in op.get_bind().execute(sa.text(query)):
            folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
            kept.setdefault(folded, {"folded": folded, "name": name, "is_key": is_key})
    op.bulk_insert(names, list(kept.values()))


def downgrade() -> None:
    op.drop_table("names")
    op.drop_column("publishers", "retold_to")
