"""The shape of every JSON reply: what `/v1` promises and what the OpenAPI document says."""

from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Data = TypeVar("Data")

EVENT_ID = "evt_4f0c2a9d17b3e865"
OTHER_EVENT_ID = "evt_90b1de44a2c7f013"
ARTICLE_ID = "art_7d21c05be98a3f46"
INSTANT = "2026-11-24T10:12:00Z"


class Reply(BaseModel):
    """A part of a reply: complete when made, nothing beside its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class PublisherReply(Reply):
    id: str = Field(examples=["harbour-ledger"])
    name: str = Field(examples=["Harbour Ledger"])
    standing: Literal["established", "unrated"]


class ArticleReply(Reply):
    id: str = Field(examples=[ARTICLE_ID])
    publisher: PublisherReply
    title: str = Field(examples=["Bitcoin slips under $60,000 as liquidations pass $1 billion"])
    first_title: str | None = Field(
        description="What the headline said when the article was first seen; null while it says the same.",
        examples=["Bitcoin slips under $60,000"],
    )
    url: str = Field(examples=["https://harbour-ledger.example/bitcoin-slips"])
    excerpt: str = Field(
        description="The first own words of the text; empty when there are none or the publisher reserves its use."
    )
    published_at: datetime = Field(examples=[INSTANT])
    published_at_basis: Literal["feed", "page", "header", "first_seen"]
    seen_at: datetime = Field(examples=[INSTANT])


class ArticleAloneReply(ArticleReply):
    event_id: str | None = Field(description="null until the article was placed.", examples=[EVENT_ID])
    authors: list[str]
    language: str = Field(examples=["en"])
    flags: list[Literal["paywall", "teaser_only", "reserved"]]


class EvidenceReply(Reply):
    code: str = Field(examples=["shared_figure"])
    text: str = Field(examples=["$1 billion in liquidations"])
    value: float = Field(examples=[1e9])
    contribution: float = Field(examples=[1.8])


class RivalReply(Reply):
    event_id: str = Field(examples=[OTHER_EVENT_ID])
    score: float = Field(examples=[0.31])


class MemberReply(ArticleReply):
    role: Literal["original", "independent", "copy", "press_release"]
    copy_of: str | None
    origin: str = Field(examples=["org_1"])
    because: list[EvidenceReply] = Field(description="Empty for an event's first article.")
    nearest_rival: RivalReply | None


class OriginReply(Reply):
    id: str = Field(examples=["org_1"])
    kind: str = Field(examples=["attributed"], description="own_report, owner, copy, press_release or attributed.")
    name: str = Field(examples=["Harbour Ledger"])
    article_ids: list[str] = Field(examples=[[ARTICLE_ID]])


class QuoteReply(Reply):
    article_id: str = Field(examples=[ARTICLE_ID])
    text: str


class PrimaryRecordReply(Reply):
    """What the reports rest on and anybody may read: a record is no source of its own and makes no origin."""

    kind: str = Field(examples=["court"], description="court, filing, authority, chain or statement.")
    text: str = Field(examples=["Harbour Ledger cites a court record"])
    article_id: str = Field(description="Of the report that cites it, links to it or is it.", examples=[ARTICLE_ID])
    quote: str | None = Field(
        description="The words that cite it; null where there is a link.",
        examples=["According to court documents unsealed on Friday, Corvane owes…"],
    )
    url: str | None = Field(
        description="Of the record itself, as a report links to it; null where words cite it.", examples=[None]
    )


class AssetReply(Reply):
    symbol: str = Field(examples=["BTC"])
    name: str = Field(examples=["Bitcoin"])
    primary: bool
    evidence: list[QuoteReply]


class ThemeReply(Reply):
    theme: str = Field(examples=["derivatives"])
    primary: bool
    because: list[str] = Field(examples=[["liquidations"]])


class ReasonReply(Reply):
    code: str = Field(examples=["confirmed"])
    text: str = Field(examples=["Reported by 2 independent sources."])
    value: float = Field(examples=[2])
    threshold: float = Field(examples=[2])
    passed: bool
    points: int = Field(examples=[3], description="What it adds to the score when passed.")


class SignalReply(Reply):
    level: Literal["high", "medium", "low"]
    score: int = Field(examples=[6])
    reasons: list[ReasonReply]
    session: str = Field(examples=["us"], description="asia, europe, us or late_us.")
    as_of: datetime = Field(examples=[INSTANT])
    override: None = Field(
        default=None, description="An editor's level beside the automatic one; null when there is none."
    )


class EarlierReply(Reply):
    event_id: str = Field(examples=[OTHER_EVENT_ID])
    title: str = Field(description="Of its first report.")


class CountedReply(Reply):
    count: int = Field(examples=[8])
    what: str = Field(examples=["ETF events on Solana within a week, this one included"])
    events: list[EarlierReply] = Field(description="The newest of the other events that were counted, oldest first.")


class WhyReply(Reply):
    text: str
    rule: str = Field(examples=["repeated"])
    evidence: list[QuoteReply]
    counted: list[CountedReply] = Field(description="Each number of the text that the evidence does not give.")


class FigureValueReply(Reply):
    value: float = Field(examples=[1e9])
    qualifier: str = Field(examples=["above"])
    text: str = Field(examples=["above $1 billion"])
    article_ids: list[str] = Field(examples=[[ARTICLE_ID]])


class FigureReply(Reply):
    what: str = Field(examples=["liquidations"])
    unit: str = Field(examples=["USD"])
    status: str = Field(examples=["disputed"], description="agreed or disputed.")
    values: list[FigureValueReply]


class RelatedReply(Reply):
    event_id: str = Field(examples=[OTHER_EVENT_ID])
    title: str
    relation: str = Field(description="precedes, follows, same_asset_theme, same_actor or context.")
    why: str
    independent_sources: int
    published_at: datetime = Field(examples=[INSTANT])


class ChangeReply(Reply):
    """One row of the change log."""

    seq: int = Field(description="Orders all changes of all events.", examples=[4711])
    version: int = Field(description="Of the event, that this change made.", examples=[7])
    type: str = Field(
        examples=["grew"],
        description="created, grew, shrank, merged, split, described, edited, signal_changed, closed, reopened, "
        "removed, locked or unlocked.",
    )
    at: datetime = Field(examples=[INSTANT])
    by: str = Field(examples=["placing"], description="The rules that made it, or editor.")
    fields: list[str] = Field(examples=[["articles"]], description="What is another now.")


class FollowedChangeReply(ChangeReply):
    """One row of the change log with all that is needed to rebuild its event's version, status and members."""

    event_id: str = Field(examples=[EVENT_ID])
    status: Literal["active", "closed", "merged", "removed"] | None = Field(
        description="The event's from this version on, and `merged_into` with it; null where both stay as they were."
    )
    merged_into: str | None = Field(description="Said with the status `merged`.", examples=[None])
    split_from: str | None = Field(description="Of a new event whose articles stood in another.", examples=[None])
    came: list[str] = Field(description="Articles that it has from this version on.", examples=[[ARTICLE_ID]])
    went: list[str] = Field(description="Articles that it has no longer.", examples=[[]])


class ReportReply(Reply):
    id: str = Field(examples=[ARTICLE_ID])
    publisher: PublisherReply
    title: str = Field(examples=["Bitcoin slips under $60,000 as liquidations pass $1 billion"])
    url: str = Field(examples=["https://harbour-ledger.example/bitcoin-slips"])


class OtherEventReply(Reply):
    id: str = Field(examples=[OTHER_EVENT_ID])
    title: str
    independent_sources: int = Field(examples=[2])


class MilestoneReply(Reply):
    happened: Literal[
        "earlier_event",
        "first_report",
        "new_source",
        "confirmed",
        "figure",
        "other_figure",
        "later_event",
        "closed",
    ]
    at: datetime = Field(examples=[INSTANT])
    text: str = Field(examples=["2 independent sources, with Harbour Ledger"])
    quote: str | None = Field(description="The report's words that give a figure; null for all else.")
    article: ReportReply | None = Field(description="The report that it came with.")
    event: OtherEventReply | None = Field(description="The other event of the chain, where the milestone is one.")


class BucketReply(Reply):
    starts_at: datetime = Field(examples=[INSTANT])
    new_sources: int = Field(examples=[1], description="First reports of an origin; in all, the independent sources.")
    others: int = Field(examples=[2], description="Copies, and reports of origins that were there before.")


class SpreadReply(Reply):
    """When the members were published."""

    bucket_seconds: int = Field(examples=[1800], description="How long each bucket is.")
    buckets: list[BucketReply] = Field(description="At most 24, earliest first, without a gap.")


class TimelineReply(Reply):
    """How an event came about."""

    milestones: list[MilestoneReply] = Field(description="Earliest first.")
    spread: SpreadReply


class CountsReply(Reply):
    articles: int = Field(examples=[5])
    publishers: int = Field(examples=[4])
    independent_sources: int = Field(examples=[2])
    copies: int = Field(examples=[2])


class EditorReply(Reply):
    locked: bool
    pinned: bool
    hidden: bool
    last_action: None


class ListedEventReply(Reply):
    """An event in a list."""

    id: str = Field(examples=[EVENT_ID])
    status: Literal["active", "closed"]
    merged_into: None
    split_from: str | None
    version: int = Field(examples=[7])
    title: str
    title_by: str = Field(examples=["publisher"], description="publisher or editor.")
    summary: list[QuoteReply] = Field(description="What members say beyond the title and the lead's excerpt.")
    key_points: list[QuoteReply]
    first_published_at: datetime = Field(examples=[INSTANT])
    last_published_at: datetime = Field(examples=[INSTANT])
    updated_at: datetime = Field(examples=[INSTANT])
    counts: CountsReply
    source_label: str = Field(examples=["2 sources"])
    lead_article: ArticleReply
    primary_record: PrimaryRecordReply | None = Field(
        description="The most binding one; null when no report cites any."
    )
    assets: list[AssetReply]
    themes: list[ThemeReply]
    signal: SignalReply
    editor: EditorReply


class EventReply(ListedEventReply):
    """An event with everything it says."""

    articles: list[MemberReply]
    origins: list[OriginReply]
    why_this_matters: WhyReply | None
    figures: list[FigureReply]
    related: list[RelatedReply]


class MovedReply(Reply):
    """What an event that was merged into another says."""

    id: str = Field(examples=[OTHER_EVENT_ID])
    status: Literal["merged"]
    merged_into: str = Field(examples=[EVENT_ID])


class TombstoneReply(Reply):
    """What is left of a removed event."""

    id: str = Field(examples=[EVENT_ID])
    status: Literal["removed"]
    removed_at: datetime = Field(examples=[INSTANT])
    reason: str | None


class ResolvedReply(Reply):
    event_id: str | None = Field(description="null while the article waits for its place.", examples=[EVENT_ID])
    article_id: str = Field(examples=[ARTICLE_ID])
    url: str


class CoverageReply(Reply):
    """Said only while under half of the publishers were reached in the last hour."""

    publishers_reached: int
    publishers: int


class Envelope(BaseModel, Generic[Data]):
    """Around every reply that succeeds."""

    model_config = ConfigDict(extra="forbid")

    data: Data
    next_cursor: str | None = Field(description="Pass it as `cursor` for what follows; null at the end.")
    as_of: datetime | None = Field(description="The last change of what is shown.", examples=[INSTANT])
    demo: Literal[True] | None = Field(default=None, description="Only there when the news is invented.")
    coverage: CoverageReply | None = Field(default=None, description="Only there when too few publishers answered.")


class HealthReply(Reply):
    status: Literal["ok", "ready"]


class FieldProblem(Reply):
    field: str = Field(examples=["limit"])
    detail: str = Field(examples=["Input should be less than or equal to 100"])


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["No event has this id."])
    errors: list[FieldProblem] | None = Field(default=None, description="Which parameters did not parse.")
