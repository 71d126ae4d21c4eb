"""The exported model is the sentence-transformers model."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cluster import packaged_model
from cluster.embedding import MAX_TOKENS, Embedder
from cluster.embedding_export import export, load_reference
from cluster.packaged_model import TOKENIZER, WEIGHTS, NoModel
from cluster.reading import DIMENSIONS

WORDS = """bitcoin exchange hacker stole regulator court $40 million 3,782 BTC — “why” ¿qué? 東京 \U0001f680
naïve İstanbul https://x.example/a?b=1 withdrew antidisestablishmentarianism 0x9f8e7d6c e\u0301 العملة биткоин \u200b
ﬁ ½ don’t""".split()
HEADLINES = (
    "{} halts withdrawals after {}",
    "{}: {} says it will appeal",
    "Why {} fell below {} on Tuesday",
    "{} / {}",
)
LENGTHS = (5,) * 8 + (12,) * 6 + (40,) * 5 + (400,)  # in words; most are short, for the reference takes long


def _texts(count: int) -> list[str]:
    dice = random.Random(7)
    odd = ["", " ", "\n", "a", "\U0001f680" * 300, "x" * 3000, " ".join(dice.choices(WORDS, k=5000))]
    headlines = [dice.choice(HEADLINES).format(*dice.sample(WORDS, 2)) for _ in range(count // 2)]
    return (odd + headlines + [" ".join(dice.choices(WORDS, k=dice.choice(LENGTHS))) for _ in range(count)])[:count]


def test_vectors_are_the_reference_models(embedder: Embedder) -> None:
    texts = _texts(500)
    reference = load_reference()
    reference.max_seq_length = MAX_TOKENS

    expected = reference.encode(texts, normalize_embeddings=True)

    assert len(set(texts)) > 450
    assert (embedder.embed(texts) * expected).sum(axis=1).min() >= 0.9999


def test_vectors_have_unit_length_and_the_order_of_the_texts(embedder: Embedder) -> None:
    texts = _texts(20)

    together = embedder.embed(texts)

    assert together.shape == (20, DIMENSIONS)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    assert np.allclose(together, np.concatenate([embedder.embed([text]) for text in texts]), atol=1e-4)


def test_no_texts_are_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, DIMENSIONS)


def test_the_process_that_embeds_loads_no_torch_for_the_first_export_either(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from cluster.embedding import Embedder\n"
        "Embedder(Path(sys.argv[1])).embed(['Corvane halts']); print('torch' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)

    assert done.stdout.endswith("False\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.onnx", "model.onnx.made-from"]


def test_a_model_that_cannot_be_exported_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(NoModel, match="Not a directory"):
        Embedder(tmp_path / "file" / "model")


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(packaged_model.SHA256, WEIGHTS, "0" * 64)

    with pytest.raises(NoModel, match="install"):
        export(tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()


def test_an_altered_tokenizer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(packaged_model.SHA256, TOKENIZER, "0" * 64)

    with pytest.raises(NoModel, match=r"tokenizer\.json .* install"):
        packaged_model.load_tokenizer()
