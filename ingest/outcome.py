"""Every way a feed's fetch, an entry or a page can end; the values are the labels of the counts."""

from enum import StrEnum


class Outcome(StrEnum):
    """What the network or a publisher did to one unit of work. Each unit ends in exactly one."""

    OK = "ok"
    STORED = "stored"  # an entry became a new article
    REVISED = "revised"  # an entry's headline changed, and its article with it
    WITHDRAWN = "withdrawn"  # its article's page is gone, and the article with it
    NOT_MODIFIED = "not_modified"  # the publisher answered 304
    UNCHANGED = "unchanged"  # the publisher answered 200 with the bytes we had
    KNOWN = "known"  # an article with this URL was there
    TOO_OLD = "too_old"  # an old entry at a feed's first poll is no news
    NO_LINK = "no_link"
    ANOTHER_SITE = "another_site"  # the entry leads to an article of another publisher we know
    ANOTHER_PAGE = (
        "another_page"  # the link led to a front page, a login or a wall, where other entries' links lead too
    )
    WALL = "wall"  # a check for humans or for consent stood in the article's place
    NOTHING_TO_READ = "nothing_to_read"  # a link without words whose page cannot be had
    ROBOTS = "robots"  # the site's robots.txt forbids the page, or does not come
    NO_TURN = "no_turn"  # our other requests took all the time there was, or the host had asked us to wait
    NO_TIME = "no_time"  # its task was over before anything was read of it
    BROKE = "broke"  # a mistake of ours, or a poll that did not end in its time
    HTTP_CLIENT_ERROR = "http_4xx"
    HTTP_SERVER_ERROR = "http_5xx"
    NO_CONTENT = "no_content"  # answered without the page: 202, 204, a part (206), or a 304 that nobody asked for
    TIMEOUT = "timeout"
    REFUSED_ADDRESS = "refused_address"  # not on the public internet, and not allowed by a setting
    NAME_NOT_FOUND = "name_not_found"
    CONNECTION_FAILED = "connection_failed"
    TLS_FAILED = "tls_failed"
    TOO_LARGE = "too_large"
    REDIRECTED = "redirected"  # where redirects are not followed
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_URL = "bad_url"
    BAD_ENCODING = "bad_encoding"
    NOT_A_FEED = "not_a_feed"
    NOT_A_PAGE = "not_a_page"  # a PDF, a picture: the link leads to nothing that is read
    PARSE_TIMEOUT = "parse_timeout"
    PARSE_FAILED = "parse_failed"
    QUARANTINED = "quarantined"  # it broke its reader three times


ANSWERED = frozenset({Outcome.OK, Outcome.NOT_MODIFIED, Outcome.UNCHANGED})  # polls in which the publisher did its part
OUR_DOING = frozenset({Outcome.NO_TURN, Outcome.NO_TIME})  # what is left is taken up again, and counts as no failure
BROKE_ITS_READER = frozenset({Outcome.PARSE_TIMEOUT, Outcome.PARSE_FAILED})
