"""What a name of an editor or a key may be: one name in the record stands for one of them, for ever."""

import unicodedata

from api.administration import COMMAND_LINE

MOST_CHARACTERS = 40  # as many as the columns hold


class BadName(ValueError):
    """Nobody can be called that; the message is a sentence without its dot."""


def checked(name: str, whose: str) -> str:
    """The name as it is kept: in one form for what keyboards write in several, with single blanks.

    Raises:
        BadName: when it cannot be one. Whether somebody else has it, the stores say.
    """
    wanted = " ".join(unicodedata.normalize("NFKC", name).split())
    if not 0 < len(wanted) <= MOST_CHARACTERS or not name.isprintable() or not wanted.isprintable():
        raise BadName(f"{whose}'s name has 1 to {MOST_CHARACTERS} printable characters")
    if folded(wanted) == COMMAND_LINE:
        raise BadName(f"the record calls the `secondsource` command “{COMMAND_LINE}”: choose another name")
    return wanted


def folded(name: str) -> str:
    """What two names have in common that readers would take for one."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
