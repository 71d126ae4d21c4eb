"""What a name of an editor or a key may be."""

from commands.errors import CannotStart

MAX_NAME = 40  # characters, as many as the columns hold


def checked(name: str, whose: str) -> str:
    """The name without the blanks around it.

    Raises:
        CannotStart: when it cannot be the name of `whose`, "a key" say.
    """
    if not 0 < len(name.strip()) <= MAX_NAME or not name.isprintable():
        raise CannotStart(f"{whose}'s name has 1 to {MAX_NAME} printable characters")
    return name.strip()
