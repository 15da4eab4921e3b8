"""Addresses of one page come to one form, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shopapp.seo import urls

PLAIN = "https://harbor.example/products/tide-mug"


@pytest.mark.parametrize(
    ("url", "trait"),
    [
        ("http://harbor.example/products/tide-mug", "insecure"),
        ("https://www.harbor.example/products/tide-mug", "www"),
        ("https://HARBOR.example/products/tide-mug/", "slash"),
        ("https://harbor.example/products/tide-mug?variant=41", "variant"),
        ("https://harbor.example/collections/cups/products/tide-mug", "collection"),
        ("https://harbor.example/products/tide-mug?utm_source=x&srsltid=Af", "tracking"),
        ("https://harbor.example/products/tide-mug?_pos=1&_sid=2&_ss=r", "tracking"),
        ("https://harbor.example/products/tide-mug?pr_prod_strat=use&pr_seq=uniform", "tracking"),
        ("https://harbor.example/products/tide-mug#:~:text=blue", "fragment"),
    ],
)
def test_every_spelling_is_the_same_page(url: str, trait: str) -> None:
    read = urls.read(url)
    assert read.key == urls.read(PLAIN).key == "harbor.example/products/tide-mug"
    assert read.traits == {trait}


@pytest.mark.parametrize(
    "url",
    [
        "https://harbor.example/products/tide-mug-2",
        "https://harbor.example/de/products/tide-mug",
        "https://shop.harbor.example/products/tide-mug",
        "https://harbor.example/products/tide-mug?page=2",
        "https://harbor.example/collections/cups",
    ],
)
def test_another_page_stays_another_page(url: str) -> None:
    assert urls.read(url).key != urls.read(PLAIN).key


def test_a_language_stays_before_the_product() -> None:
    read = urls.read("https://harbor.example/de/collections/tassen/products/tide-mug")
    assert read.key == "harbor.example/de/products/tide-mug"


def test_other_parameters_are_kept_in_order() -> None:
    first = urls.read("https://harbor.example/search?q=mug&page=2&gclid=x")
    second = urls.read("https://harbor.example/search?page=2&q=mug")
    assert first.key == second.key == "harbor.example/search?page=2&q=mug"


def test_a_products_page_names_its_handle() -> None:
    assert urls.product_handle(f"{PLAIN}?variant=4") == "tide-mug"
    assert urls.product_handle("https://harbor.example/collections/cups/products/a%20b") == "a b"
    assert urls.product_handle("https://harbor.example/collections/cups") is None


def test_the_first_page_is_home_in_every_language() -> None:
    assert urls.is_home("https://harbor.example")
    assert urls.is_home("https://www.harbor.example/de/?utm_source=x")
    assert not urls.is_home(PLAIN)


def test_what_is_no_address_is_only_itself() -> None:
    assert urls.read("https://[broken/products/x").key == "https://[broken/products/x"
    assert urls.path_of("https://[broken") == "https://[broken"


@example(" #")
@example(" /")
@given(st.text(max_size=80))
def test_any_text_has_a_form_that_is_its_own(text: str) -> None:
    key = urls.read(f"https://harbor.example/{text}").key
    assert urls.read(f"https://{key}").key == key
