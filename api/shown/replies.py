"""The shape of what an editor is told of where an event is shown."""

from pydantic import Field

from api.replies import Reply


class HostShownReply(Reply):
    host: str = Field(
        examples=["harbour-ledger.example"],
        description="The site, as the request named it; `other` for requests that named none and for sites beyond 100.",
    )
    times: int = Field(examples=[120], description="How often the widget or the frame showed it there.")


class FeedShownReply(Reply):
    address: str = Field(examples=["/feeds/events.rss?asset=BTC"], description="The feed's address on this service.")
    times: int = Field(examples=[48], description="How often it was fetched.")


class AppShownReply(Reply):
    key: str = Field(examples=["Harbour Ledger"], description="The name of the key whose webhooks these are.")
    told: int = Field(examples=[1], description="How many of its webhooks took a change of this event.")
    wanting: int = Field(examples=[1], description="How many of its webhooks are about events like this one.")


class ShownReply(Reply):
    event_id: str = Field(description="The event's id.")
    hosts: list[HostShownReply] = Field(description="Where the widget or the frame stood, most often first.")
    feeds: list[FeedShownReply] = Field(
        description="The feeds that were fetched and have the event in them now, fetched most in front."
    )
    webhooks: list[AppShownReply] = Field(description="Whom its changes are sent to, by key.")
    text: str | None = Field(
        examples=["on harbour-ledger.example (120 times), in the BTC feed, to 1 app (Harbour Ledger)"],
        description="The same in words; null when it is shown nowhere.",
    )
