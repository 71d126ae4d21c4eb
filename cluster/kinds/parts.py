"""An article cut once into the parts that its cues and phrases are read from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cluster.assets import Mention, mentions
from cluster.kinds.tokens import tokens

TEXT_CHARACTERS = 20_000  # what is counted in a text stands before here, or in its closing
HEAD_CHARACTERS = 1_000
READ_CHARACTERS = 3_000  # the tokens of the rest say nothing that these do not
LEAD_TOKENS = 66  # about sixty words
OPENING_CHARACTERS = 300
CLOSING_CHARACTERS = 700

# A feed's own line before or behind the text.
_APPEARED_FIRST = re.compile(r"\bThe post .{0,300}? appeared first on .{0,60}?(?:\.(?=\s|$)|$|(?= The ))", re.DOTALL)
_SIDE_CLAUSE = re.compile(
    r"\s(?:as|amid|after|despite|while|following|ahead of|on back of|but)\s|\s[–—-]\s|[;:]\s", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Parts:
    """A title and a text, cut and capped."""

    title: str
    head: str
    ends: str  # the opening and the closing, where a text says of itself what it is
    plain_title: str  # this and what follows is in lower case
    plain: str  # the text
    plain_opening: str
    plain_closing: str
    title_tokens: list[str]
    main_tokens: list[str]  # of the title's main clause
    side_tokens: list[str]
    body_tokens: list[str]  # of the text's first READ_CHARACTERS
    closing_tokens: list[str]  # none where the body already holds them
    title_assets: Sequence[Mention]  # positions in the title
    head_assets: Sequence[Mention]  # positions in the head

    @property
    def lead_tokens(self) -> list[str]:
        return self.body_tokens[:LEAD_TOKENS]


def cut(title: str, text: str) -> Parts:
    """The parts of an article; any of them may be empty."""
    whole, title = text, title[:HEAD_CHARACTERS]
    text = whole[:TEXT_CHARACTERS]
    if "appeared first on" in text:
        text = _APPEARED_FIRST.sub(" ", text)
    head, closing = text[:HEAD_CHARACTERS], whole[-CLOSING_CHARACTERS:]
    named = mentions(f"{title}\n{head}")
    start = len(title) + 1
    main, side = clauses(title)
    return Parts(
        title=title,
        head=head,
        ends=f"{text[:OPENING_CHARACTERS]}\n{closing}",
        plain_title=title.lower(),
        plain=text.lower(),
        plain_opening=text[:OPENING_CHARACTERS].lower(),
        plain_closing=closing.lower(),
        title_tokens=tokens(title),
        main_tokens=tokens(main),
        side_tokens=tokens(side),
        body_tokens=tokens(text[:READ_CHARACTERS]),
        closing_tokens=tokens(closing) if len(whole) > READ_CHARACTERS else [],
        title_assets=[one for one in named if one.start < start],
        head_assets=[Mention(one.asset, one.start - start, one.end - start) for one in named if one.start >= start],
    )


def clauses(title: str) -> tuple[str, str]:
    """The title's main clause and the rest: in "Bitcoin slips as Fed holds rates" the first is what it is about."""
    pieces = _SIDE_CLAUSE.split(title, maxsplit=1)
    return pieces[0], pieces[1] if len(pieces) > 1 else ""
