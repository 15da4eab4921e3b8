"""The product importer: what becomes of each row, and why a row is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from shopapp.catalog.importing.products import PRODUCTS
from shopapp.catalog.models import InventoryLevel, Location, Product, Variant
from shopapp.db import Session
from shopapp.sheets.reading import Unreadable
from tests.catalog.exports import product, ran, sheet
from tests.conftest import OpenStore


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    return store_session("harbor")


def tea(session: Session) -> Product:
    return session.scalars(select(Product).where(Product.handle == "tea")).one()


def variants(session: Session) -> list[Variant]:
    rows = select(Variant).where(Variant.product_id == tea(session).id).order_by(Variant.title)
    return list(session.scalars(rows))


def test_a_product_with_variants_and_images(harbor: Session) -> None:
    report = ran(
        harbor,
        PRODUCTS,
        sheet(
            product(Image_Src="https://cdn.example/2.jpg", Image_Position="2", Tags="hot, green"),
            {
                "Handle": "tea",
                "Option1 Value": "Large",
                "Variant Price": "20",
                "Cost per item": "8",
            },
            {"Handle": "tea", "Image Src": "https://cdn.example/1.jpg", "Image Position": "1"},
        ),
    )
    assert report.counts == {"new products": 1, "new variants": 2, "stock levels": 1}
    assert (report.rows, report.refused) == (3, 0)
    assert tea(harbor).shopify_id == "csv/tea"
    assert tea(harbor).tags == ["hot", "green"]
    assert tea(harbor).image_url == "https://cdn.example/1.jpg"
    large, small = variants(harbor)
    assert (large.shopify_id, large.price, large.cost) == ("csv/tea/Large", Decimal(20), Decimal(8))
    assert (small.sku, small.weight_grams) == ("TEA-S", None)


def test_stock_goes_to_the_place_that_stands_for_all(harbor: Session) -> None:
    ran(harbor, PRODUCTS, sheet(product()))
    place = harbor.scalars(select(Location)).one()
    assert place.is_all
    assert place.shopify_id == "all"
    level = harbor.scalars(select(InventoryLevel)).one()
    assert (level.location_id, level.available) == (place.id, 7)


def test_new_prices_and_stock_update_what_is_here(harbor: Session) -> None:
    ran(harbor, PRODUCTS, sheet(product()))
    news = sheet(product(Variant_Price="13.00", Variant_Inventory_Qty="9"))
    report = ran(harbor, PRODUCTS, news)
    assert report.counts == {"updated products": 1, "updated variants": 1, "stock levels": 1}
    assert variants(harbor)[0].price == Decimal(13)
    assert harbor.scalar(select(InventoryLevel.available)) == 9


def test_a_variant_keeps_its_row_by_its_sku_when_its_option_is_renamed(harbor: Session) -> None:
    ran(harbor, PRODUCTS, sheet(product()))
    before = variants(harbor)[0].id
    ran(harbor, PRODUCTS, sheet(product(Option1_Value="Tiny")))
    (variant,) = variants(harbor)
    assert (variant.id, variant.title) == (before, "Tiny")


def test_a_mirrored_product_is_updated_not_doubled(harbor: Session) -> None:
    row = product(Handle="the-thing", Variant_SKU="THING-1", Option1_Value="One size")
    report = ran(harbor, PRODUCTS, sheet(row))
    assert report.counts["updated products"] == 1
    assert harbor.scalar(select(func.count(Product.id))) == 1
    assert harbor.scalars(select(Variant.shopify_id)).all() == ["200"]


def test_columns_the_file_lacks_are_left_alone(harbor: Session) -> None:
    ran(harbor, PRODUCTS, sheet(product(Body="x", Tags="hot")))
    report = ran(
        harbor,
        PRODUCTS,
        sheet({"Handle": "tea", "Title": "Tea", "Variant SKU": "TEA-S", "Option1 Value": "Small"}),
    )
    assert report.counts == {"unchanged products": 1}
    assert tea(harbor).tags == ["hot"]
    assert variants(harbor)[0].price == Decimal("12.50")


def test_shopifys_newer_header_is_understood(harbor: Session) -> None:
    row = {
        "Title": "Tea",
        "URL handle": "tea",
        "Price": "4",
        "SKU": "T",
        "Inventory quantity": "3",
        "Continue selling when out of stock": "TRUE",
        "Weight value (grams)": "250",
        "Status": "Draft",
    }
    ran(harbor, PRODUCTS, sheet(row))
    (variant,) = variants(harbor)
    assert (variant.sku, variant.price, variant.weight_grams) == ("T", Decimal(4), 250)
    assert (variant.inventory_policy, tea(harbor).status) == ("continue", "draft")


def test_rows_that_are_scattered_still_belong_together(harbor: Session) -> None:
    other = product(Handle="pot", Title="Pot", Variant_SKU="POT")
    second = {"Handle": "tea", "Option1 Value": "Large", "Variant SKU": "TEA-L"}
    report = ran(harbor, PRODUCTS, sheet(product(), other, second))
    assert report.counts["new products"] == 2
    assert len(variants(harbor)) == 2


def test_a_file_saved_again_by_a_german_excel_is_understood(harbor: Session) -> None:
    text = sheet(product(Title="Grüner Tee", Variant_Price="12,50"), delimiter=";").decode()
    ran(harbor, PRODUCTS, text.encode("cp1252"))
    assert tea(harbor).title == "Grüner Tee"
    assert variants(harbor)[0].price == Decimal("12.50")


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("Variant Price", "cheap", "is not an amount"),
        ("Variant Price", "-1", "less than zero"),
        ("Variant Inventory Qty", "1.5", "not a whole number"),
        ("Variant Inventory Qty", "99999999999", "too large"),
        ("Variant Barcode", "4.00638E+12", "Excel has shortened"),
        ("Variant Inventory Policy", "maybe", "neither deny nor continue"),
        ("Status", "gone", "none of active"),
        ("Published", "perhaps", "neither true nor false"),
        ("Title", "", "gives the product “tea” a title"),
        ("Handle", "", "nobody knows"),
    ],
)
def test_a_bad_cell_is_named_and_its_product_left_out(
    harbor: Session, column: str, cell: str, words: str
) -> None:
    good = product(Handle="pot", Title="Pot", Variant_SKU="POT")
    report = ran(harbor, PRODUCTS, sheet(good, {**product(), column: cell}))
    assert report.refused == 1
    assert report.counts["new products"] == 1
    (problem,) = report.problems
    assert (problem.line, problem.column) == (3, column)
    assert words in problem.message


def test_two_variants_with_the_same_options_are_refused_whole(harbor: Session) -> None:
    report = ran(harbor, PRODUCTS, sheet(product(), product(Title="", Variant_SKU="X")))
    assert report.refused == 2
    assert "new products" not in report.counts
    assert [problem.line for problem in report.problems] == [2, 3]


def test_a_file_without_handles_names_the_column(harbor: Session) -> None:
    with pytest.raises(Unreadable, match="“Handle”"):
        ran(harbor, PRODUCTS, sheet({"Title": "Tea"}))
