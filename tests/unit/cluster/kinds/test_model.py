"""The committed model: small, loadable without pickle, and of the features that there are."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cluster.event import ArticleType, Theme
from cluster.kinds.cues import cues
from cluster.kinds.model import PATH, fitted, load, save, tell
from cluster.kinds.parts import cut
from cluster.kinds.phrases import phrases
from tests.unit.cluster.reports import plain_vectors

TEXT = "The exchange Corvane stopped withdrawals on Wednesday after an attacker drained a hot wallet. " * 40


def test_it_is_under_two_megabytes_and_says_what_it_was_fitted_on() -> None:
    provenance = json.loads(PATH.with_suffix(".json").read_text(encoding="utf-8"))

    assert PATH.stat().st_size < 2_000_000
    assert sum(provenance["fitted_on"].values()) > 7_000
    assert set(provenance["leaving_one_window_out"]) == {"type", "theme"}


def test_every_article_has_the_cues_it_reads() -> None:
    assert set(fitted().vocabulary.cues) <= set(cues(cut("", ""))) == set(cues(cut("Bitcoin falls", TEXT)))


def test_it_reads_an_articles_phrases() -> None:
    assert "title bitcoin" in fitted().vocabulary.rows
    assert "title bitcoin" in phrases(cut("Bitcoin falls", ""))


def test_vectors_speak_too() -> None:
    parts, (title, lead) = cut("Corvane news", ""), plain_vectors()
    towards = fitted().vectors[:, len(ArticleType) + list(Theme).index(Theme.SECURITY)]
    title_to, lead_to = np.split(np.concatenate([title, lead]) + towards / np.linalg.norm(towards), 2)

    told = tell(parts, title_to, lead_to, fitted()).themes[Theme.SECURITY]

    assert told > 3 * tell(parts, title, lead, fitted()).themes[Theme.SECURITY]


def test_what_was_saved_tells_the_same(tmp_path: Path) -> None:
    parts = cut("Hacker drains Corvane", TEXT)
    save(fitted(), tmp_path / "again.npz")

    again = tell(parts, *plain_vectors(), load(tmp_path / "again.npz"))

    assert again.types == pytest.approx(tell(parts, *plain_vectors(), fitted()).types, abs=0.01)


def test_a_model_of_other_classes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluster.kinds.model.CLASSES", (*ArticleType, *Theme, "weather"))
    save(replace(fitted()), tmp_path / "other.npz")
    monkeypatch.undo()

    with pytest.raises(ValueError, match="fit it again"):
        load(tmp_path / "other.npz")


def test_telling_loads_nothing_of_what_fitting_needs() -> None:
    program = (
        "import sys, numpy as np; from cluster.kinds.model import *; from cluster.kinds.parts import cut;"
        "tell(cut('Bitcoin falls', ''), np.zeros(384), np.zeros(384), fitted());"
        "print(*({'sklearn', 'scipy', 'torch', 'cluster.fitting'} & set(sys.modules)))"
    )

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert loaded.stdout.split() == []


def test_an_article_costs_a_few_thousandths_of_a_second() -> None:
    vectors = plain_vectors()
    tell(cut("Bitcoin falls", TEXT), *vectors, fitted())
    began = time.process_time()
    for number in range(50):
        tell(cut(f"Bitcoin falls {number}", TEXT), *vectors, fitted())

    assert (time.process_time() - began) / 50 < 0.02  # ten times what it takes: a machine may be busy
