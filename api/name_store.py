"""The queries of api on names: who bears one, or ever did."""

from sqlalchemy import Connection, select

from api.names import BadName, folded
from api.tables import names
from storage.upserting import insert_missing


def take_name(connection: Connection, name: str, *, is_key: bool) -> None:
    """Keeps a name for an editor or a key. An editor who was removed may be given theirs back.

    Raises:
        BadName: when somebody else bears or bore it.
    """
    row = {"folded": folded(name), "name": name, "is_key": is_key}
    if insert_missing(connection, names, [row]):
        return
    held = connection.execute(select(names).where(names.c.folded == row["folded"])).one()
    if is_key or held.is_key or held.name != name:
        whose = "a key" if held.is_key else "an editor"
        raise BadName(f"there is or was {whose} {held.name}: choose another name")
