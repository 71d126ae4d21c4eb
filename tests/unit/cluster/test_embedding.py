"""Batches are cut by tokens, and cover every text once."""

from hypothesis import given
from hypothesis import strategies as st

from cluster.embedding import MAX_TOKENS, TOKENS_A_FORWARD, token_budget_batches


@given(st.lists(st.integers(1, MAX_TOKENS), max_size=200))
def test_every_row_is_in_one_batch_within_the_budget(lengths: list[int]) -> None:
    batches = list(token_budget_batches(lengths))

    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    assert all(max(lengths[row] for row in batch) * len(batch) <= TOKENS_A_FORWARD for batch in batches)
