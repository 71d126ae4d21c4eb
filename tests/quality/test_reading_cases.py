"""A case file that does not say what it has to is refused, and marks are set without touching anything else."""

from pathlib import Path

import pytest

from tests.quality.cases import Claim, Unreadable, load_file
from tests.quality.marking import marked

FIELDS = 'publisher = "the-tally"\nminutes = 5\ntitle = "T"\ntext = "t"'
CASE = f"""guards = "x"
together = [["a", "b"]]
apart = [["a", "c"]]

[articles.a]
{FIELDS}

[articles.b]
{FIELDS.replace("5", "0")}

[articles.c]
{FIELDS}
"""


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "one.toml"
    path.write_text(text)
    return path


def test_a_case_has_its_articles_in_order_of_publication_and_a_claim_for_each_pair(tmp_path: Path) -> None:
    case = load_file(_file(tmp_path, CASE))

    assert [article.id for article in case.articles] == ["b", "a", "c"]
    assert case.claims == (Claim("a", "b", True, None), Claim("a", "c", False, None))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (CASE.replace('guards = "x"', ""), "guards"),
        (CASE.replace("minutes = 0", ""), "minutes"),
        (CASE.replace('["a", "b"]', '["a", "d"]'), "d"),
        (CASE.replace('apart = [["a", "c"]]', ""), "c"),
        (CASE.replace('["a", "c"]', '["b", "a"], ["a", "c"]'), "twice"),
        (f'{CASE}\n[known_failures]\n"b c" = "why"', "b c"),
        ("guards = ", "one.toml"),
    ],
    ids=[
        "no reason",
        "no time",
        "unknown article",
        "unclaimed article",
        "pair claimed twice",
        "unknown mark",
        "no TOML",
    ],
)
def test_a_case_that_does_not_say_what_it_has_to_is_refused(tmp_path: Path, wrong: str, message: str) -> None:
    with pytest.raises(Unreadable, match=rf"one\.toml.*{message}|{message}"):
        load_file(_file(tmp_path, wrong))


def test_marks_are_exactly_what_fails_and_keep_their_reasons(tmp_path: Path) -> None:
    known = f'{CASE}\n[known_failures]\n"a b" = "says \\"he\\""\n'
    together, apart = load_file(_file(tmp_path, known)).claims

    both = marked(known, [together, apart])

    reasons = [claim.known_failure or "" for claim in load_file(_file(tmp_path, both)).claims]
    assert reasons[0] == 'says "he"'
    assert reasons[1].startswith("joined by ")
    assert marked(both, []) == CASE


def test_setting_marks_leaves_what_stands_after_the_old_ones(tmp_path: Path) -> None:
    early = CASE.replace("[articles.a]", '[known_failures]\n"a b" = "vague"\n\n[articles.a]')

    assert marked(early, []) == CASE
    assert load_file(_file(tmp_path, marked(early, load_file(_file(tmp_path, early)).claims))).claims[1].known_failure
