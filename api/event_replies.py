"""The shape of an event in a reply: in a list, with everything it says, and once it is no more."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.article_replies import ArticleReply
from api.replies import ARTICLE_ID, EVENT_ID, INSTANT, OTHER_EVENT_ID, Reply


class EvidenceReply(Reply):
    code: str = Field(examples=["shared_figure"], description="What kind of reason it is.")
    text: str = Field(examples=["$1 billion in liquidations"], description="The reason in words.")
    value: float = Field(examples=[1e9], description="What was measured, in the unit that `text` names.")
    contribution: float = Field(examples=[1.8], description="What it added to the judgement, in log-odds.")


class RivalReply(Reply):
    event_id: str = Field(examples=[OTHER_EVENT_ID], description="The event's id.")
    score: float = Field(examples=[0.31], description="How well the article would fit there, 0 to 1.")


class MemberReply(ArticleReply):
    role: Literal["original", "independent", "copy", "press_release"] = Field(
        description="What the article is among the event's reports."
    )
    copy_of: str | None = Field(description="Id of the article whose text it repeats; null when it is no copy.")
    origin: str = Field(examples=["org_1"], description="Id of the origin that it counts with.")
    because: list[EvidenceReply] = Field(
        description="Empty for an event's first article, unless something in it keeps it alone."
    )
    nearest_rival: RivalReply | None = Field(
        description="The other event that came nearest to taking it; null when none came near."
    )


class OriginReply(Reply):
    id: str = Field(examples=["org_1"], description="Unique within the event, the lead's first.")
    kind: str = Field(examples=["attributed"], description="own_report, owner, copy, press_release or attributed.")
    name: str = Field(examples=["Harbour Ledger"], description="The outlet or data firm that all of them rest on.")
    article_ids: list[str] = Field(
        examples=[[ARTICLE_ID]], description="Articles that count as this one source, earliest first."
    )


class QuoteReply(Reply):
    article_id: str = Field(examples=[ARTICLE_ID], description="Of the article that says it.")
    text: str = Field(description="Its own words.")


class PrimaryRecordReply(Reply):
    """What the reports rest on and anybody may read: a record is no source of its own and makes no origin."""

    kind: str = Field(examples=["court"], description="court, filing, authority, chain or statement.")
    text: str = Field(examples=["Harbour Ledger cites a court record"], description="Who cites what, in words.")
    article_id: str = Field(description="Of the report that cites it, links to it or is it.", examples=[ARTICLE_ID])
    quote: str | None = Field(
        description="The words that cite it; null where there is a link.",
        examples=["According to court documents unsealed on Friday, Corvane owes…"],
    )
    url: str | None = Field(
        description="Of the record itself, as a report links to it; null where words cite it.", examples=[None]
    )


class AssetReply(Reply):
    symbol: str = Field(examples=["BTC"], description="Its ticker, in capitals.")
    name: str = Field(examples=["Bitcoin"], description="Its usual name.")
    primary: bool = Field(description="Whether the event is about it before all others; at most one is.")
    evidence: list[QuoteReply] = Field(description="Words of the articles that name it.")


class ThemeReply(Reply):
    theme: str = Field(examples=["derivatives"], description="One of the 19 themes.")
    primary: bool = Field(description="Whether it is the main one; one theme is.")
    because: list[str] = Field(examples=[["liquidations"]], description="Words that spoke for it.")


class ReasonReply(Reply):
    code: str = Field(examples=["confirmed"], description="What was looked at.")
    text: str = Field(
        examples=["Reported by 2 independent sources."], description="The reason in words, with its unit."
    )
    value: float = Field(examples=[2], description="What was found; a count, or minutes for `fresh`.")
    threshold: float = Field(examples=[2], description="What it was held against, in the unit of `value`.")
    passed: bool = Field(description="Whether it holds.")
    points: int = Field(examples=[3], description="What it adds to the score when passed.")


class SignalOverrideReply(Reply):
    level: Literal["high", "medium", "low"] = Field(description="What lists sort and filter by, and pages show.")
    reason: str = Field(description="Why, in the editor's words.")
    by: Literal["editor"] = Field(default="editor", description="Which editor is not told.")
    at: datetime = Field(examples=[INSTANT], description="When it was set, UTC.")


class SignalReply(Reply):
    level: Literal["high", "medium", "low"] = Field(description="Follows from the reasons alone.")
    score: int = Field(examples=[6], description="Sum of the points of the reasons that passed.")
    reasons: list[ReasonReply] = Field(description="Everything that the level rests on.")
    session: str = Field(examples=["us"], description="asia, europe, us or late_us.")
    as_of: datetime = Field(examples=[INSTANT], description="When it was graded, UTC.")
    override: SignalOverrideReply | None = Field(
        default=None, description="An editor's level beside the automatic one; null when there is none."
    )

    @property
    def shown(self) -> Literal["high", "medium", "low"]:
        """The level that readers see: an editor's or else the automatic one."""
        return self.override.level if self.override else self.level


class EarlierReply(Reply):
    event_id: str = Field(examples=[OTHER_EVENT_ID], description="The event's id.")
    title: str = Field(description="Of its first report.")


class CountedReply(Reply):
    count: int = Field(examples=[8], description="The number.")
    what: str = Field(examples=["ETF events on Solana within a week, this one included"], description="What it counts.")
    events: list[EarlierReply] = Field(description="The newest of the other events that were counted, oldest first.")


class WhyReply(Reply):
    text: str = Field(description="One or two sentences.")
    rule: str = Field(examples=["repeated"], description="The rule that made them.")
    evidence: list[QuoteReply] = Field(description="Words of the articles that they rest on.")
    counted: list[CountedReply] = Field(description="Each number of the text that the evidence does not give.")


class FigureValueReply(Reply):
    value: float = Field(examples=[1e9], description="In the figure's unit.")
    qualifier: str = Field(
        examples=["above"], description="above, below or about; empty where the number stands as it is."
    )
    text: str = Field(examples=["above $1 billion"], description="As it is written.")
    article_ids: list[str] = Field(examples=[[ARTICLE_ID]], description="Articles that say so.")


class FigureReply(Reply):
    what: str = Field(examples=["liquidations"], description="What is measured.")
    unit: str = Field(examples=["USD"], description="USD, %, or what is counted.")
    status: str = Field(examples=["disputed"], description="agreed or disputed.")
    values: list[FigureValueReply] = Field(
        description="What the reports say; of a disputed one the first two cannot both be true."
    )


class RelatedReply(Reply):
    event_id: str = Field(examples=[OTHER_EVENT_ID], description="The event's id.")
    title: str = Field(description="Its title.")
    relation: str = Field(description="precedes, follows, same_asset_theme, same_actor or context.")
    why: str = Field(description="The relation in words.")
    independent_sources: int = Field(description="How many sources it has that report independently of each other.")
    published_at: datetime = Field(examples=[INSTANT], description="When its first article was published, UTC.")


class CountsReply(Reply):
    articles: int = Field(examples=[5], description="All members.")
    publishers: int = Field(examples=[4], description="Publishers of the members.")
    independent_sources: int = Field(
        examples=[2], description="Origins: sources that report independently of each other."
    )
    copies: int = Field(examples=[2], description="Members that repeat another's text.")


class LastActionReply(Reply):
    type: str = Field(examples=["merge"], description="merge, move, split, link, lock, unlock, set, add or undo.")
    at: datetime = Field(examples=[INSTANT], description="When, UTC.")


class EditorReply(Reply):
    locked: bool = Field(description="Whether an editor keeps the articles as they are.")
    pinned: bool = Field(description="Whether an editor keeps it on top of the front page.")
    hidden: bool = Field(description="Whether an editor keeps it out of lists, search, feeds and the widget.")
    last_action: LastActionReply | None = Field(description="What an editor did last to it; null when none has.")


class ListedEventReply(Reply):
    """An event in a list."""

    id: str = Field(examples=[EVENT_ID], description="Permanent: it works for ever.")
    status: Literal["active", "closed"] = Field(description="closed: its newest article is older than three days.")
    merged_into: None = Field(description="Always null here: a merged event answers with a redirect.")
    split_from: str | None = Field(description="Id of the event that it was split from; null when it was not.")
    version: int = Field(examples=[7], description="Grows by one with every change.")
    title: str = Field(description="The member title that says most of what the members agree on.")
    title_by: str = Field(examples=["publisher"], description="publisher or editor.")
    summary: list[QuoteReply] = Field(description="What members say beyond the title and the lead's excerpt.")
    key_points: list[QuoteReply] = Field(description="What several origins say.")
    first_published_at: datetime = Field(
        examples=[INSTANT], description="When its earliest article was published, UTC."
    )
    last_published_at: datetime = Field(examples=[INSTANT], description="When its newest article was published, UTC.")
    updated_at: datetime = Field(examples=[INSTANT], description="When this version was made, UTC.")
    counts: CountsReply = Field(description="How much there is of what.")
    source_label: str = Field(examples=["2 sources"], description="`counts.independent_sources` in words.")
    lead_article: ArticleReply = Field(
        description="The earliest report with a text of those there were when it was first described, or an editor's."
    )
    primary_record: PrimaryRecordReply | None = Field(
        description="The most binding one; null when no report cites any."
    )
    assets: list[AssetReply] = Field(description="What it is on, the primary one first.")
    themes: list[ThemeReply] = Field(description="What it is about, the primary one first.")
    signal: SignalReply = Field(description="How much it matters now, with the reasons.")
    editor: EditorReply = Field(description="What editors set.")


class EventReply(ListedEventReply):
    """An event with everything it says."""

    articles: list[MemberReply] = Field(description="All members, earliest first.")
    origins: list[OriginReply] = Field(description="The independent sources, the lead's first.")
    why_this_matters: WhyReply | None = Field(description="null when no rule finds a reason.")
    figures: list[FigureReply] = Field(description="Numbers that the reports give, and whether they agree.")
    related: list[RelatedReply] = Field(description="At most six other events.")


class MovedReply(Reply):
    """What an event that was merged into another says."""

    id: str = Field(examples=[OTHER_EVENT_ID], description="Of the event that was merged.")
    status: Literal["merged"] = Field(description="Always merged.")
    merged_into: str = Field(examples=[EVENT_ID], description="Id of the event that it is in now.")


class TombstoneReply(Reply):
    """What is left of a removed event."""

    id: str = Field(examples=[EVENT_ID], description="Of the event that was removed.")
    status: Literal["removed"] = Field(description="Always removed.")
    removed_at: datetime = Field(examples=[INSTANT], description="When, UTC.")
    reason: str | None = Field(description="Why; null when nobody said.")
