"""Texts as eyes read them, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.reading.facts import facts
from shopapp.drafts.reading.spelling import plain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("#10\u200b42", "#1042"),
        ("＃１０４２", "#1042"),
        ("#١٠٤٢", "#1042"),
        ("# 1 0 4 2", "# 1042"),
        ("$ 5 4 . 0 0", "$ 54.00"),
        ("1O42 bags", "1042 bags"),
        ("ТЕА-250", "TEA-250"),
        ("shop[.]example", "shop.example"),
        ("Ваш заказ уже в пути", "Ваш заказ уже в пути"),
        ("a dot in the sky", "a dot in the sky"),
    ],
)
def test_a_text_is_read_as_it_looks(written: str, read: str) -> None:
    assert plain(written).text in (read, written if "dot in" in written else read)


def test_a_look_alike_host_is_another_link() -> None:
    (real,), (fake,) = facts("https://track.example/1"), facts("https://trасk.example/1")
    assert real.value != fake.value


@given(st.text(alphabet="a1#O \u200b\u0430\uff11[.]", max_size=80))
def test_every_fact_stands_where_it_says(text: str) -> None:
    assert all(text[f.start : f.end] == f.text and f.text for f in facts(text))
