"""What rests on one text, owner, release or source is one origin."""

from dataclasses import replace

from cluster.event import ArticleType, Evidence, Origin, Role
from cluster.originals import CREDITS
from cluster.origins import find_origins
from cluster.report import Report
from cluster.roles import copied_from, find_lead, find_roles
from ingest.article import Kind, Standing
from tests.builders import make_publisher
from tests.unit.cluster.reports import make_report

ON_COINGLASS = "Liquidations grew, according to data from CoinGlass. Traders were forced out of positions."


def origins_of(*reports: Report) -> tuple[Origin, ...]:
    roles = find_roles(reports)
    return find_origins(reports, roles, find_lead(reports, roles, None).id)


def kinds(*reports: Report) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(origin.kind, origin.name, origin.article_ids) for origin in origins_of(*reports)]


def test_two_newsrooms_are_two_origins_the_leads_first() -> None:
    found = origins_of(make_report("b", "harbor", minutes=5), make_report("a"))

    assert [(one.id, one.kind, one.article_ids) for one in found] == [
        ("org_1", "own_report", ("a",)),
        ("org_2", "own_report", ("b",)),
    ]


def test_a_copy_is_not_a_second_source() -> None:
    assert kinds(make_report("a"), make_report("b", "mirror", minutes=3, copy_of="a")) == [
        ("copy", "Ledgerpost", ("a", "b"))
    ]


def test_who_reprints_a_text_may_still_report_on_its_own() -> None:
    copied = make_report("b", "mirror", minutes=3, copy_of="a")
    own = make_report("c", "mirror", minutes=9)

    assert [ids for _, _, ids in kinds(make_report("a"), copied, own)] == [("a", "b"), ("c",)]


def test_sister_outlets_of_one_owner_are_one_origin() -> None:
    first = make_report("a", make_publisher("ledgerpost", owner="Alder Media"))
    second = make_report("b", make_publisher("coinledger", owner="alder media"), minutes=4)

    assert kinds(first, second) == [("owner", "Alder Media", ("a", "b"))]


def test_two_desks_on_one_registrable_domain_are_one_origin() -> None:
    first = make_report("a", make_publisher("desk", home="https://desk.outlet.example"))
    second = make_report("b", make_publisher("markets", home="https://markets.outlet.example/rss"), minutes=4)

    assert len(origins_of(first, second)) == 1


def test_a_release_on_three_outlets_is_one_origin() -> None:
    found = kinds(*(make_report(one, f"outlet-{one}", type=ArticleType.PRESS_RELEASE) for one in "abc"))

    assert found == [("press_release", "Press release", ("a", "b", "c"))]


def test_a_release_beside_reports_is_no_source_and_stands_with_the_leads() -> None:
    release = make_report("a", "wharf", type=ArticleType.PRESS_RELEASE)
    printed = make_report("b", "mirror", minutes=3, copy_of="a")
    reports = [make_report("c", minutes=20), make_report("d", "harbor", minutes=30)]

    assert kinds(release, printed, *reports) == [
        ("own_report", "Ledgerpost", ("a", "b", "c")),
        ("own_report", "Harbor", ("d",)),
    ]


def test_a_report_that_is_printed_as_paid_text_elsewhere_joins_no_release() -> None:
    reports = [make_report("a"), make_report("b", "harbor", minutes=5)]
    printed = make_report("c", "mirror", minutes=9, copy_of="b", type=ArticleType.SPONSORED)
    release = make_report("d", "wharf", minutes=9, type=ArticleType.PRESS_RELEASE)

    assert [ids for _, _, ids in kinds(*reports, printed, release)] == [("a", "d"), ("b", "c")]


def test_a_copy_of_an_echo_stands_with_it_though_it_is_dated_earlier() -> None:
    own = make_report("a", make_publisher("post", owner="House"), text="The chief told The Post of the breach.")
    echo = make_report("b", make_publisher("herald", owner="House"), minutes=9, text=ON_COINGLASS)
    early = make_report("c", "mirror", minutes=5, copy_of="b", text=ON_COINGLASS)
    credited = replace(early, placement=replace(early.placement, because=(Evidence(CREDITS, "credits it", 1.0, 0.0),)))

    assert [ids for _, _, ids in kinds(own, echo, credited)] == [("a", "c", "b")]


def test_three_outlets_on_one_figure_of_a_data_firm_are_one_origin() -> None:
    text = "Liquidations reached $900 million, according to data from CoinGlass. Traders were forced out of positions."
    found = kinds(*(make_report(one, f"outlet-{one}", text=text) for one in "abc"), make_report("d", minutes=9))

    assert found == [("attributed", "CoinGlass", ("a", "b", "c")), ("own_report", "Ledgerpost", ("d",))]


def test_who_credits_another_member_shares_its_origin() -> None:
    scoop = make_report("a", make_publisher("harrow", name="Harrow Wire"))
    echo = make_report("b", minutes=30, text="Corvane seeks a buyer. Harrow Wire first reported the talks on Tuesday.")

    assert [ids for _, _, ids in kinds(scoop, echo)] == [("a", "b")]


def test_who_credits_a_member_by_its_bare_name_shares_its_origin_unless_that_is_the_company_itself() -> None:
    text = "The exchange seeks a buyer, according to Harrow. Talks go on."
    echo = make_report("b", minutes=30, title="Exchange seeks a buyer", text=text)
    scoop = make_report("a", make_publisher("harrow"))
    blog = make_report("a", make_publisher("harrow", kind=Kind.COMPANY_BLOG))

    assert [ids for _, _, ids in kinds(scoop, echo)] == [("a", "b")]
    assert [ids for _, _, ids in kinds(blog, echo)] == [("a",), ("b",)]


def test_a_site_that_nobody_rated_draws_no_reports_to_itself_by_its_name() -> None:
    by_name = make_report("a", "post", text="Corvane seeks a buyer, according to Brightwell. It was a calm day.")
    unrated = make_report("b", make_publisher("Brightwell", standing=Standing.UNRATED), minutes=5, text="Other words.")

    assert [one.article_ids for one in origins_of(by_name, unrated)] == [("a",), ("b",)]


def test_an_echo_that_joins_a_house_makes_nobody_its_owner() -> None:
    wire = make_report(
        "a", make_publisher("Tidepost Wire", owner="Tide Group"), text="Corvane seeks a buyer. Two said so."
    )
    sister = make_report("b", make_publisher("Tide Herald", owner="Tide Group"), minutes=5, text="A buyer is sought.")
    echo = make_report(
        "c", "wharf", minutes=9, text="Corvane seeks a buyer, Tidepost Wire first reported. More follows."
    )

    assert kinds(wire, sister, echo) == [("attributed", "Tidepost Wire", ("a", "b", "c"))]


def test_newsrooms_that_read_one_court_filing_stay_two_origins() -> None:
    text = "Corvane owes its lenders $2 billion, according to a court filing on Tuesday. The hearing is on Friday."

    assert len(origins_of(make_report("a", text=text), make_report("b", "harbor", text=text))) == 2


def test_a_later_report_can_join_two_groups_into_one() -> None:
    first = make_report("a", make_publisher("x", owner="Alder"))
    second = make_report("b", make_publisher("y", home="https://one.outlet.example"), minutes=1)
    both = make_report("c", make_publisher("z", owner="Alder", home="https://two.outlet.example"), minutes=2)

    assert [ids for _, _, ids in kinds(first, second, both)] == [("a", "b", "c")]


def test_every_report_is_in_exactly_one_origin() -> None:
    reports = [make_report(f"r{n}", f"outlet-{n % 3}", minutes=n, copy_of="r0" if n == 4 else None) for n in range(7)]
    ids = [one for origin in origins_of(*reports) for one in origin.article_ids]

    assert sorted(ids) == [report.id for report in reports]


def test_two_authors_of_one_host_are_two_origins_and_two_names_of_one_site_are_one() -> None:
    homes = (
        "https://medium.com/@ann",
        "https://medium.com/@bob",
        "https://www.outlet.co.uk",
        "https://news.outlet.co.uk",
    )
    reports = [make_report(f"r{n}", make_publisher(f"p{n}", home=home), minutes=n) for n, home in enumerate(homes)]

    assert [origin.article_ids for origin in origins_of(*reports)] == [("r0",), ("r1",), ("r2", "r3")]


def test_roles_tell_the_opening_report_from_later_ones_copies_and_releases() -> None:
    reports = [
        make_report("release", type=ArticleType.PRESS_RELEASE),
        make_report("first", "harbor", minutes=5),
        make_report("copied", "mirror", minutes=6, copy_of="first"),
        make_report("copied-again", "mirror2", minutes=7, copy_of="copied"),
        make_report("second", "tideline", minutes=8),
    ]

    assert find_roles(reports) == {
        "release": Role.PRESS_RELEASE,
        "first": Role.ORIGINAL,
        "copied": Role.COPY,
        "copied-again": Role.COPY,
        "second": Role.INDEPENDENT,
    }


def test_an_original_that_is_read_after_its_copies_takes_over() -> None:
    first_read = make_report("copied", "mirror", minutes=6)
    original = make_report("first", "harbor", minutes=5, copy_of="copied")
    another = make_report("copied-again", "mirror2", minutes=7, copy_of="copied")
    reports = [first_read, original, another]

    roles = find_roles(reports)

    assert roles == {"first": Role.ORIGINAL, "copied": Role.COPY, "copied-again": Role.COPY}
    assert copied_from(reports) == dict.fromkeys(roles, "first")
    assert find_lead(reports, roles, shown="copied") is original
    assert kinds(*reports) == [("copy", "Harbor", ("first", "copied", "copied-again"))]


def test_an_unrated_site_has_a_text_first_only_where_a_newsroom_credits_it() -> None:
    blog = make_publisher("blog", standing=Standing.UNRATED)
    early, first = make_report("early", blog, copy_of="first"), make_report("first", "harbor", minutes=5)
    credit = (Evidence(CREDITS, "credits Blog with the text", 1.0, 0.0),)
    credited = replace(first, placement=replace(first.placement, copy_of="early", because=credit))

    assert find_roles([early, first]) == {"first": Role.ORIGINAL, "early": Role.COPY}
    assert find_roles([early, credited]) == {"first": Role.COPY, "early": Role.ORIGINAL}


def test_a_newsrooms_further_report_rests_on_what_its_first_one_credited() -> None:
    first = make_report("a", "post", text=ON_COINGLASS)
    further = make_report("b", "post", minutes=5, text="Longs were hit hardest. The day was calm.")
    other = make_report("c", "wharf", minutes=9, text=ON_COINGLASS)

    assert [one.article_ids for one in origins_of(first, further, other)] == [("a", "b", "c")]


def test_an_echo_of_a_source_does_not_make_its_sister_outlets_own_report_rest_on_it() -> None:
    own = make_report(
        "a", make_publisher("post", owner="House"), text="The chief executive told The Post of the breach."
    )
    sister = make_report("b", make_publisher("herald", owner="House"), minutes=5, text=ON_COINGLASS)
    other = make_report("c", "wharf", minutes=9, text=ON_COINGLASS)

    found = origins_of(own, sister, other)

    assert [(one.kind, one.article_ids) for one in found] == [("owner", ("a", "b")), ("attributed", ("c",))]


def test_two_writers_on_one_platform_are_two_origins() -> None:
    one = make_report("a", make_publisher("alice", home="https://medium.com/@alice"))
    other = make_report("b", make_publisher("bob", home="https://medium.com/@bob"), minutes=5)

    assert len(origins_of(one, other)) == 2
