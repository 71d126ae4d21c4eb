"""What cluster promises: one happening, who reports it, and the proof of every judgement on it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ingest.article import Article


class Status(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"
    MERGED = "merged"
    REMOVED = "removed"


class Role(StrEnum):
    ORIGINAL = "original"  # the first report of its origin that opened the event
    INDEPENDENT = "independent"
    COPY = "copy"
    PRESS_RELEASE = "press_release"


class ArticleType(StrEnum):
    NEWS = "news"
    ANALYSIS = "analysis"
    ROUNDUP = "roundup"
    PRESS_RELEASE = "press_release"
    SPONSORED = "sponsored"
    OPINION = "opinion"


class Theme(StrEnum):
    REGULATION = "regulation"
    ENFORCEMENT = "enforcement"
    SECURITY = "security"
    PRICE = "price"
    DERIVATIVES = "derivatives"
    ETF = "etf"
    TREASURY = "treasury"
    EXCHANGES = "exchanges"
    STABLECOINS = "stablecoins"
    DEFI = "defi"
    TOKENIZATION = "tokenization"
    PROTOCOL = "protocol"
    MINING = "mining"
    MEMECOINS_NFT = "memecoins_nft"
    AI = "ai"
    MACRO = "macro"
    FUNDING = "funding"
    PRESALE = "presale"
    OTHER = "other"


class ChangeType(StrEnum):
    CREATED = "created"
    GREW = "grew"
    SHRANK = "shrank"
    MERGED = "merged"
    SPLIT = "split"
    DESCRIBED = "described"
    EDITED = "edited"
    SIGNAL_CHANGED = "signal_changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    REMOVED = "removed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"


MEMBERSHIP = frozenset(  # what moves articles
    {
        ChangeType.CREATED,
        ChangeType.GREW,
        ChangeType.SHRANK,
        ChangeType.MERGED,
        ChangeType.SPLIT,
        ChangeType.REMOVED,
    }
)


class Level(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason why an article was put into an event, in words a reader understands."""

    code: str
    text: str
    value: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Rival:
    """The other event that came nearest to taking an article."""

    event_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Placement:
    """An article's place in an event and why: what placing decides and nothing more."""

    article_id: str
    event_id: str
    probability: float  # that it reports the same happening, when it joined; 1.0 for an event's first article
    because: tuple[Evidence, ...]
    nearest_rival: Rival | None
    copy_of: str | None  # the original's article_id when this is a near-duplicate text
    ruleset: str
    revision: int = 1  # of the text that this was decided on


@dataclass(frozen=True, slots=True)
class Quote:
    """A few words of one article, cited."""

    article_id: str
    text: str


@dataclass(frozen=True, slots=True)
class AssetMention:
    symbol: str
    name: str
    primary: bool
    evidence: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What one article says of itself, found without looking at any other article."""

    article_id: str
    type: ArticleType
    themes: tuple[tuple[Theme, tuple[str, ...]], ...]  # best first, with the words that spoke for it
    assets: tuple[AssetMention, ...]  # primary first; evidence from this article
    language_supported: bool = True
    type_probabilities: tuple[float, ...] = ()  # in the order of ArticleType; none where they were not read
    theme_probabilities: tuple[float, ...] = ()  # in the order of Theme
    recurring: tuple[int, ...] = ()  # keys of its paragraphs that its publisher prints everywhere, see recurring
    rests_on: tuple[str, str, str] | None = None  # key, name and kind of its source, once the text is gone


@dataclass(frozen=True, slots=True)
class Member:
    """An article in an event with its role, as describe found it."""

    article: Article
    placement: Placement
    role: Role
    origin: str  # Origin.id


@dataclass(frozen=True, slots=True)
class Origin:
    """Members that rest on one source and so count once."""

    id: str  # `org_1`, … unique within the event, the lead's origin first
    kind: str  # own_report | owner | copy | press_release | attributed
    name: str
    article_ids: tuple[str, ...]  # earliest first


@dataclass(frozen=True, slots=True)
class ThemeFound:
    theme: Theme
    primary: bool
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the signal: recompute the level from these and nothing else."""

    code: str
    text: str
    value: float
    threshold: float
    passed: bool
    points: int  # what it adds when passed


COVERAGE = "coverage"  # the code of the reason that says how little was reached, and only then


@dataclass(frozen=True, slots=True)
class Signal:
    level: Level
    score: int
    reasons: tuple[Reason, ...]
    session: str  # asia | europe | us | late_us, at `as_of`
    as_of: datetime

    @property
    def is_covered(self) -> bool:
        """Whether no reason says that too few publishers were reached."""
        return all(reason.code != COVERAGE for reason in self.reasons)

    def says_the_same(self, other: "Signal") -> bool:
        """Whether both grade alike; the instant of grading and its session are not part of what a signal says."""
        return (self.level, self.score, self.reasons) == (other.level, other.score, other.reasons)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another event that a sentence rests on, under the title of its first report: it stays when the event grows."""

    event_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Followed:
    """The earlier event that another one follows, a stage before it of one affair."""

    event: Earlier
    actor: str | None  # whom the titles of both name


@dataclass(frozen=True, slots=True)
class Headline:
    """What others show of an event's description."""

    title: str
    follows: Followed | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of a sentence that no article gives, with what it counts: `8`, "ETF events on Solana within a week"."""

    count: int
    what: str
    events: tuple[Earlier, ...] = ()  # the newest of those counted, oldest first


@dataclass(frozen=True, slots=True)
class Why:
    text: str
    rule: str
    evidence: tuple[Quote, ...]
    counted: tuple[Counted, ...] = ()  # every number of the text stands in the evidence or is one of these

    @property
    def repeated(self) -> tuple[Quote, ...]:
        """The evidence whose words stand in the text too, and so are shown twice."""
        return tuple(quote for quote in self.evidence if quote.text in self.text)


@dataclass(frozen=True, slots=True)
class FigureValue:
    value: float
    qualifier: str  # "", "above", "below", "about"
    text: str
    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    what: str
    unit: str
    status: str  # agreed | disputed
    values: tuple[FigureValue, ...]  # the first two of a disputed one cannot both be true


@dataclass(frozen=True, slots=True)
class PrimaryRecord:
    """What a report rests on: a record of a court, an authority or a chain, a filing, or somebody's own statement."""

    kind: str  # court | filing | authority | chain | statement
    text: str  # "Harbor cites a court record", "Harbor links to a filing, at sec.gov"
    quote: Quote  # the words that cite it, the site of the link, or the title of what is a record itself
    url: str | None = None  # of the record itself; None where words cite it


@dataclass(frozen=True, slots=True)
class PriceLevel:
    """A price at which a report says that an asset stands or stood these days."""

    symbol: str
    price: float  # dollars
    way: str  # rose | fell: it went to the level or past it; at; over | under: it is somewhere above or below
    said_at: datetime  # when the report was published
    written: str  # "$120K"
    quote: Quote


@dataclass(frozen=True, slots=True)
class Related:
    event_id: str
    title: str
    relation: str  # precedes | follows | same_asset_theme | same_actor | context
    why: str
    independent_sources: int
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Description:
    """Everything an event says: made from its members and, in `why`, from what was there before them."""

    title: str
    title_by: str  # publisher | editor
    lead_article_id: str
    summary: tuple[Quote, ...]
    key_points: tuple[Quote, ...]
    roles: tuple[tuple[str, Role, str], ...]  # (article_id, role, origin id), earliest first
    origins: tuple[Origin, ...]
    assets: tuple[AssetMention, ...]
    themes: tuple[ThemeFound, ...]
    type: ArticleType
    signal: Signal
    why: Why | None
    figures: tuple[Figure, ...]
    title_actors: tuple[str, ...] = ()  # whom the lead's title names
    origins_at: tuple[datetime, ...] = ()  # when the first report of each origin was published, earliest first
    openings: tuple[Quote, ...] = ()  # the first own words of each member that may be quoted
    follows: Followed | None = None
    record: PrimaryRecord | None = None
    levels: tuple[PriceLevel, ...] = ()  # of any asset, each once, by its earliest report
    own_lead_id: str = ""  # the lead by the rules, where an editor chose another
    related: tuple[Related, ...] = ()

    def says_the_same(self, other: "Description") -> bool:
        """Whether both say the same; `related` is kept apart and not part of it."""
        alike = replace(self, signal=other.signal, related=other.related) == other
        return alike and self.signal.says_the_same(other.signal)


@dataclass(frozen=True, slots=True)
class SignalOverride:
    """The level that an editor set beside the automatic one, and why."""

    level: Level
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Overrides:
    """What an editor has set on an event. It stays with the event's id, also while that is merged into another."""

    title: str | None = None
    lead_article_id: str | None = None  # holds while the article is a member
    theme: Theme | None = None
    signal: SignalOverride | None = None
    pinned: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class LastAction:
    """What an editor did last to an event."""

    type: str  # an ActionType
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One happening. Before it was described, `description` is None and lists leave it out."""

    id: str
    status: Status
    version: int
    updated_at: datetime
    first_published_at: datetime
    last_published_at: datetime
    members: tuple[Member, ...] = ()  # earliest first
    description: Description | None = None
    merged_into: str | None = None
    split_from: str | None = None
    locked: bool = False  # by an editor: no rule adds an article or takes one away
    overrides: Overrides = Overrides()
    last_action: LastAction | None = None

    @property
    def independent_sources(self) -> int:
        """The number of origins: what "N sources" counts."""
        return len(self.description.origins) if self.description else 0

    @property
    def level(self) -> Level | None:
        """What lists sort and show: an editor's level or else the automatic one; None before it was described."""
        automatic = self.description.signal.level if self.description else None
        return self.overrides.signal.level if automatic and self.overrides.signal else automatic
