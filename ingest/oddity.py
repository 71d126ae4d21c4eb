"""What is wrong with a feed that can be read all the same; the values are what the status page counts by."""

from enum import StrEnum


class Oddity(StrEnum):
    """A feed may have several, each in so many of its entries; the first four are of the feed itself, and count 1."""

    NOT_WELL_FORMED = "not_well_formed"
    CHARSET_MISLABELLED = "charset_mislabelled"  # in another charset than it says
    NO_ENTRIES = "no_entries"
    CUT_OFF = "cut_off"  # within an entry, which is left out
    CAPPED = "capped"  # entries beyond those that are read
    NO_TITLE = "no_title"
    NO_LINK = "no_link"
    BAD_LINK = "bad_link"  # a link that is no address of the web
    NO_GUID = "no_guid"
    SHARED_GUID = "shared_guid"  # another entry of the feed has it too
    REUSED_GUID = "reused_guid"  # another article had it before
    CHANGED_GUID = "changed_guid"  # the article had another before
    MOVED = "moved"  # the article had another address before
    NO_DATE = "no_date"
    UNREADABLE_DATE = "unreadable_date"  # or one that may mean two days
    IMPOSSIBLE_DATE = "impossible_date"  # in the future, or before the web; clamped
