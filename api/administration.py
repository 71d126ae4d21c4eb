"""What was done about people and keys: a record of its own beside that of editors' actions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

COMMAND_LINE = "command line"  # who acts by `secondsource`: whoever may read its settings


class MeasureType(StrEnum):
    """None is an `ActionType` too: the audit page is narrowed by either."""

    INVITE = "invite"
    NEW_LINK = "new_link"
    ROLE = "role"
    PASSWORD = "password"
    SIGN_OUT = "sign_out"
    REMOVE = "remove"
    CREATE_KEY = "create_key"
    REVOKE_KEY = "revoke_key"


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the record, never altered. `about` names an editor or a key, `detail` the role or the scopes."""

    seq: int
    type: MeasureType
    by: str
    at: datetime
    about: str
    detail: str


def measure_words(measure: Measure) -> str:
    """What was done, behind the name of who did it."""
    about, detail = measure.about, measure.detail
    match measure.type:
        case MeasureType.INVITE:
            return f"invited {about} as an {detail}"
        case MeasureType.NEW_LINK:
            return f"made a sign-in link for {about}"
        case MeasureType.ROLE:
            return f"made {about} an {detail}"
        case MeasureType.PASSWORD:
            return "set a new password"
        case MeasureType.SIGN_OUT:
            return f"signed {about} out everywhere"
        case MeasureType.REMOVE:
            return f"removed {about}"
        case MeasureType.CREATE_KEY:
            return f"created the key {about} ({detail})"
        case MeasureType.REVOKE_KEY:
            return f"revoked the key {about}"
