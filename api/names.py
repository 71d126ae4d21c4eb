"""What a name of an editor or a key may be: one name in the record stands for one of them."""

from api.key_store import KeyStore
from api.store import EditorStore

MOST_CHARACTERS = 40  # as many as the columns hold


class BadName(ValueError):
    """Nobody can be called that; the message is a sentence without its dot."""


def for_editor(name: str, keys: KeyStore) -> str:
    """The name without the blanks around it.

    Raises:
        BadName: when it cannot be an editor's.
    """
    wanted = _checked(name, "an editor")
    if keys.is_there(wanted):
        raise BadName(f"there is or was a key {wanted}: give the editor another name")
    return wanted


def for_key(name: str, editors: EditorStore) -> str:
    """The name without the blanks around it.

    Raises:
        BadName: when it cannot be a key's.
    """
    wanted = _checked(name, "a key")
    if editors.is_there(wanted):
        raise BadName(f"there is an editor {wanted}: give the key another name")
    return wanted


def sentence(error: Exception) -> str:
    """A message without its dot as a page says it."""
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."


def _checked(name: str, whose: str) -> str:
    if not 0 < len(name.strip()) <= MOST_CHARACTERS or not name.isprintable():
        raise BadName(f"{whose}'s name has 1 to {MOST_CHARACTERS} printable characters")
    return name.strip()
