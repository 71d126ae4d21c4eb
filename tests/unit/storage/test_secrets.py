"""What only its owner may read is taken out of a text, and nothing else is."""

import pytest

from storage.secrets import Secrets


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("at redis://:pass@cache:6379/0 now", "at redis://…@cache:6379/0 now"),
        ("https://me:p@ss@site.example/a@b", "https://…@site.example/a@b"),
        ("https://me@site.example", "https://…@site.example"),
        ("https://site.example/feed?key=abc&page=2", "https://site.example/feed?key=…&page=2"),
        ("/desk/sign-in?token=abc", "/desk/sign-in?token=…"),
        ("GET /?access_token=abc HTTP/1.1", "GET /?access_token=… HTTP/1.1"),
        ("key ssk_Ab-c_1 is not valid", "key ssk_… is not valid"),
        ("signed with whsec_a+b/c=", "signed with whsec_…"),
        ("Authorization: Bearer abcdefgh.ij", "Authorization: Bearer …"),
        ("Cookie: secondsource_session=abc; other=1", "Cookie: …"),
        ("it had __Host-secondsource_session=abc; path=/", "it had __Host-secondsource_session=…; path=/"),
        ('violates "uq"\nDETAIL:  Key (secret)=(abc) exists.', 'violates "uq"\nDETAIL: …'),
    ],
)
def test_a_secret_is_known_by_how_it_looks(text: str, left: str) -> None:
    assert Secrets().hidden(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "https://site.example/a?page=2&q=token",
        "someone@site.example wrote",
        "the monkey=1 and a keynote",
        "bearer of bad news",
        "https://site.example/@author/post",
        'File "/srv/worker.py", line 3, in <module>',
    ],
)
def test_what_is_none_stays(text: str) -> None:
    assert Secrets().hidden(text) == text


def test_the_passwords_of_the_settings_are_known_as_written_and_as_meant() -> None:
    secrets = Secrets(("postgresql://news:gehe%40im@db/news", "redis://:other@cache/0", None, "sqlite:////news.db"))

    assert secrets.hidden("tried gehe%40im and gehe@im, then other") == "tried … and …, then …"


def test_a_password_of_a_few_letters_is_not_taken_out_of_words() -> None:
    assert Secrets(("postgresql://news:db@db/news",)).hidden("the db of news") == "the db of news"
