"""What an article says, as keys that meet those of others."""

from cluster.content import Kind, figures, read_content

TITLE = "Corvane Labs Buys 3,724 BTC for $401.5M as Rivals Hesitate"
TEXT = (
    "Corvane Labs bought 3,724 bitcoin for about $401.5 million on Monday, chief executive Ada Brandt said. "
    "“We will not stop at this,” Brandt told reporters in Oslo. The purchase lifts its treasury by 12.5%."
)


def test_one_amount_written_two_ways_is_one_figure() -> None:
    assert set(figures("$401.5M", 3)) == set(figures("$401,500,000", 3)) == set(figures("$401.5 million", 3))


def test_years_and_small_counts_are_no_figures() -> None:
    assert figures("In 2025 the 5 founders and 12 friends met", 3) == {}


def test_a_rounded_figure_meets_the_exact_one() -> None:
    rounded, exact = (read_content(f"Fund takes in {amount}", "")[Kind.ROUND_FIGURES] for amount in ("$1.2B", "$1.24B"))

    assert rounded.keys() == exact.keys()


def test_names_are_known_by_the_capitals_of_the_text_not_of_the_title() -> None:
    names = read_content(TITLE, TEXT)[Kind.TITLE_NAMES]

    assert {"Corvane", "Labs", "BTC"} <= set(names.values())
    assert not {"Buys", "Rivals", "Hesitate"} & set(names.values())


def test_the_frame_has_its_actor_its_act_and_its_object() -> None:
    content = read_content(TITLE, TEXT)

    assert set(content[Kind.ACTOR].values()) == {"Corvane", "Labs"}
    assert "buy" in content[Kind.ACTS]
    assert "3,724" in " ".join(content[Kind.OBJECT].values())
    assert "Rivals" not in content[Kind.OBJECT].values()


def test_a_plan_and_a_rumour_are_other_stages_than_the_deed() -> None:
    stages = [
        set(read_content(title, "")[Kind.STAGE]) for title in ("Firm may list", "Firm plans to list", "Firm debuts")
    ]

    assert stages[0] != stages[1] != stages[2] != stages[0]


def test_what_is_quoted_is_kept() -> None:
    assert "stop" in read_content(TITLE, TEXT)[Kind.QUOTES]


def test_an_article_without_a_text_says_what_its_title_says() -> None:
    content = read_content(TITLE, "")

    assert content[Kind.TITLE] == content[Kind.LEAD] == content[Kind.BODY]
