"""Records for the tests of api: one invented event with every kind of member, and its parts by themselves."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cluster.event import (
    ArticleType,
    AssetMention,
    Counted,
    Description,
    Earlier,
    Event,
    Evidence,
    Figure,
    FigureValue,
    Level,
    Member,
    Origin,
    Placement,
    PrimaryRecord,
    Quote,
    Reason,
    Related,
    Rival,
    Role,
    Signal,
    Status,
    Theme,
    ThemeFound,
    Why,
)
from ingest.article import Article, Basis, Flag, Publisher, Standing

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TEXT = (
    "Bitcoin fell through $60,000 on Tuesday morning and took a layer of borrowed money with it. "
    "Tidewatch, a data firm, counted more than $1 billion in forced closings within a day, most of them long.\n"
    "The level had held three times since spring. Desks at two brokers said that buyers stood back until the "
    "funding rate had turned, and that the bounce to $60,400 came from spot, not from futures."
)
RECORD_WORDS = "According to court documents, Tidewatch counted every closing"


def make_publisher(name: str = "Harbour Ledger", standing: Standing = Standing.ESTABLISHED) -> Publisher:
    """A newsroom whose id and home follow from its name."""
    id_ = name.lower().replace(" ", "-")
    return Publisher(id_, name, f"https://{id_}.example", standing=standing)


def make_article(
    article_id: str = "art_1",
    publisher: str = "Harbour Ledger",
    title: str = "Bitcoin slips under $60,000 as forced closings pass $1 billion",
    *,
    minutes: int = 0,
    text: str = TEXT,
    basis: Basis = Basis.FEED,
    flags: frozenset[Flag] = frozenset(),
    first_title: str | None = None,
) -> Article:
    """An article published some minutes after noon and seen two minutes later."""
    home = make_publisher(publisher)
    published_at = NOON + timedelta(minutes=minutes)
    return Article(
        id=article_id,
        publisher=home,
        url=f"{home.home}/{article_id}",
        title=title,
        text=text,
        published_at=published_at,
        published_at_basis=basis,
        seen_at=published_at + timedelta(minutes=2),
        flags=flags,
        first_title=first_title,
    )


def make_member(
    article: Article,
    role: Role = Role.INDEPENDENT,
    origin: str = "org_1",
    *,
    because: tuple[Evidence, ...] = (),
    rival: Rival | None = None,
    copy_of: str | None = None,
    event_id: str = "evt_1",
) -> Member:
    """A member of an event, `evt_1` unless told."""
    return Member(article, Placement(article.id, event_id, 0.9, because, rival, copy_of, "test"), role, origin)


def make_signal(level: Level = Level.HIGH) -> Signal:
    """A signal with two reasons that hold and one that does not."""
    reasons = (
        Reason("confirmed", "Two independent sources, both established.", 2, 2, True, 3),
        Reason("fresh", "Published in the current trading session.", 14, 180, True, 2),
        Reason("top_asset", "Bitcoin is among the twenty largest assets.", 1, 20, True, 1),
        Reason("wide", "Four or more independent sources.", 2, 4, False, 1),
    )
    return Signal(level, 6, reasons, "europe", NOON + timedelta(minutes=20))


def make_description(members: Sequence[Member], origins: Sequence[Origin] = (), **changed: object) -> Description:
    """What an event of these members says; `changed` replaces fields."""
    lead = members[0].article
    said: dict[str, object] = {
        "title": lead.title,
        "title_by": "publisher",
        "lead_article_id": lead.id,
        "summary": (),
        "key_points": (),
        "roles": tuple((member.article.id, member.role, member.origin) for member in members),
        "origins": tuple(origins) or _own_origins(members),
        "assets": (AssetMention("BTC", "Bitcoin", True, ()),),
        "themes": (ThemeFound(Theme.DERIVATIVES, True, ("forced closings",)),),
        "type": ArticleType.NEWS,
        "signal": make_signal(),
        "why": None,
        "figures": (),
    }
    return Description(**(said | changed))  # type: ignore[arg-type]


def make_event(
    *members: Member,
    origins: Sequence[Origin] = (),
    event_id: str = "evt_1",
    status: Status = Status.ACTIVE,
    **said: object,
) -> Event:
    """A described event of these members, one lone article when none is given."""
    shown = members or (make_member(make_article(), Role.ORIGINAL),)
    return Event(
        id=event_id,
        status=status,
        version=7,
        updated_at=NOON + timedelta(minutes=30),
        first_published_at=shown[0].article.published_at,
        last_published_at=shown[-1].article.published_at,
        members=shown,
        description=make_description(shown, origins, **said),
        merged_into="evt_2" if status is Status.MERGED else None,
    )


def make_full_event() -> Event:
    """Five articles, two origins: a lead with a copy, and a report that two outlets took from one data firm."""
    shared = (
        Evidence("shared_figure", "Both give $1 billion in forced closings.", 1e9, 1.8),
        Evidence("same_hours", "Published within 25 minutes of each other.", 25, 0.6),
    )
    rival = Rival("evt_9", 0.31)
    lead = make_member(make_article(), Role.ORIGINAL)
    copy = make_member(make_article("art_2", "Mirror Wire", minutes=9), Role.COPY, because=shared, copy_of="art_1")
    second = make_member(
        make_article(
            "art_3",
            "Coin Courier",
            "Tidewatch: $967 million of crypto bets closed by force in a day",
            minutes=25,
            text="Bets worth $967 million were closed by force in twenty-four hours, Tidewatch said. " * 4,
        ),
        origin="org_2",
        because=shared,
        rival=rival,
    )
    third = make_member(
        make_article(
            "art_4", "Blockline Daily", "Long bets lose $967 million as bitcoin sinks", minutes=41, basis=Basis.PAGE
        ),
        origin="org_2",
        because=shared,
    )
    sister = make_member(
        make_article("art_5", "Harbour Markets", "Why bitcoin fell this morning", minutes=55),
        origin="org_1",
        because=shared,
    )
    origins = (
        Origin("org_1", "owner", "Harbour Ledger", ("art_1", "art_2", "art_5")),
        Origin("org_2", "attributed", "Tidewatch", ("art_3", "art_4")),
    )
    return make_event(
        lead,
        copy,
        second,
        third,
        sister,
        origins=origins,
        summary=(
            Quote(
                "art_1", "Bitcoin fell through $60,000 on Tuesday morning and took a layer of borrowed money with it."
            ),
            Quote("art_3", "Bets worth $967 million were closed by force in twenty-four hours, Tidewatch said."),
        ),
        key_points=(Quote("art_4", "Most of the closed bets were long."), Quote("art_5", "Buyers stood back.")),
        assets=(AssetMention("BTC", "Bitcoin", True, (Quote("art_4", "bitcoin sinks"),)),),
        why=Why(
            "The 3rd derivatives event on Bitcoin within a week; the three weeks before had none.",
            "repeated",
            (Quote("art_1", "The level had held three times since spring."),),
            (
                Counted(
                    3,
                    "derivatives events on Bitcoin within a week, this one included",
                    (Earlier("evt_5", "Shorts pay for a bounce"), Earlier("evt_6", "Longs give up at $61,000")),
                ),
                Counted(0, "derivatives events on Bitcoin in the three weeks before"),
            ),
        ),
        record=PrimaryRecord("court", "Coin Courier cites a court record", Quote("art_3", RECORD_WORDS)),
        figures=(
            Figure(
                "forced closings",
                "USD",
                "disputed",
                (
                    FigureValue(1e9, "above", "above $1 billion", ("art_1", "art_5")),
                    FigureValue(9.67e8, "", "$967 million", ("art_3", "art_4")),
                ),
            ),
        ),
        related=(
            Related(
                "evt_7",
                "Funding rates turn negative on three venues",
                "follows",
                "Same asset, two hours later.",
                2,
                NOON,
            ),
        ),
    )


def _own_origins(members: Sequence[Member]) -> tuple[Origin, ...]:
    grouped: dict[str, list[Member]] = {}
    for member in members:
        grouped.setdefault(member.origin, []).append(member)
    return tuple(
        Origin(id_, "own_report", own[0].article.publisher.name, tuple(member.article.id for member in own))
        for id_, own in grouped.items()
        if id_
    )
