"""The studio's pages: tables, a table's rows, one row, and rows as a file. Read-only, one store."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from flask import abort, request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.audit import actions as audit
from shopapp.ops.studio import asking, files, reading, values
from shopapp.ops.studio.asking import OPERATORS, Asked, Condition
from shopapp.ops.studio.columns import Field
from shopapp.ops.studio.reading import MOST_COUNTED, Order, Page
from shopapp.ops.studio.tables import Table, tables
from shopapp.ops.views import system
from shopapp.refusals import Invalid
from shopapp.web.access import Scope, allow, scope
from shopapp.web.exports import downloaded
from shopapp.web.htmx import show

PAGE, PART = "system/table.html", "system/_rows.html"
_USUAL = 8  # columns a list shows unless others are chosen


@system.get("/studio")
@allow(Role.ADMIN)
def studio() -> Response:
    """Every table, with how many rows of this store it has."""
    here = scope()
    counted = reading.counts(here.session, here.store.id)
    areas: dict[str, list[tuple[Table, str]]] = {}
    for table in tables().values():
        number = counted[table.name]
        said = f"{number:,}" if number <= MOST_COUNTED else f"{MOST_COUNTED:,}+"
        areas.setdefault(table.area, []).append((table, said))
    return show("system/studio.html", areas=areas)


@system.get("/studio/<table>")
@allow(Role.ADMIN)
def studio_table(table: str) -> Response:
    """A page of rows; what is asked wrongly is a 422 that says so."""
    here, found, asked = scope(), _table(table), _asked()
    try:
        fields = _listed(found, asked)
        order = Order(asking.sorted_by(found, asked), asked.descending)
        wanted = _wanted(here, found, asked)
    except Invalid as refusal:
        usual = _listed(found, Asked())
        return show(PAGE, PART, 422, **_context(found, asked, usual, Page((), None, None), refusal))
    back = "before" in request.args
    edge = request.args.get("before" if back else "after", "")
    page = reading.page(here.session, found, wanted, order, fields, edge=edge, back=back)
    return show(PAGE, PART, **_context(found, asked, fields, page))


@system.get("/studio/<table>/<row_id>")
@allow(Role.ADMIN)
def studio_row(table: str, row_id: str) -> Response:
    """Every value of a row, where it leads, and what leads to it."""
    here, found = scope(), _table(table)
    row = reading.row(here.session, found, found.share(here.store.id), row_id)
    if row is None:
        abort(404, f"{found.name} has no such row, or it belongs to another store.")
    cells = [values.shown(field, row[field.name]) for field in found.fields]
    referring = reading.referring(here.session, found.name, here.store.id, row_id)
    links = [
        (each.table.name, each.field.name, f"{number}" if number <= 100 else "100+")
        for each, number in referring
    ]
    known = frozenset(tables())
    return show(
        "system/row.html", table=found, row_id=row_id, cells=cells, links=links, known=known
    )


@system.post("/studio/<table>/exports")
@allow(Role.ADMIN)
def studio_exports(table: str) -> Response:
    """The rows that are asked for as a file, all of them; the audit log keeps who took them."""
    here, found, asked = scope(), _table(table), _asked()
    kind = files.kind(request.form.get("format", "csv"))
    order = Order(asking.sorted_by(found, asked), asked.descending)
    wanted = _wanted(here, found, asked)
    after = {"table": found.name, "asked": _in_words(asked)}
    audit.record(here.session, "studio.exported", here.store, by=here.user, after=after)
    return downloaded(
        f"{here.store.handle}-{found.name}.{kind.ending}",
        kind.mimetype,
        lambda session: kind.text(found, reading.every(session, found, wanted, order)),
    )


def _table(name: str) -> Table:
    found = tables().get(name)
    if found is None:
        abort(404, f"There is no table “{name[:60]}” to look into.")
    return found


def _asked() -> Asked:
    """The question in the address; an empty line of its form asks nothing."""
    sent = request.args
    lines = zip_longest(*map(sent.getlist, ("column", "operator", "value")), fillvalue="")
    return Asked(
        words=sent.get("q", "").strip()[:200],
        conditions=tuple(Condition(*line) for line in lines if line[0]),
        sort=sent.get("sort") or "id",
        descending=sent.get("order") != "up",
        columns=tuple(dict.fromkeys(filter(None, sent.getlist("show")))),
    )


def _wanted(here: Scope, table: Table, asked: Asked) -> Any:
    return table.share(here.store.id) & asking.criterion(table, asked, here.store.timezone)


def _listed(table: Table, asked: Asked) -> tuple[Field, ...]:
    """The columns of a list: the id first, then those chosen, or the first few and the stamp."""
    if asked.columns:
        chosen = [asking.known(table, name) for name in asked.columns]
    else:
        usual = [each for each in table.shown if each.name not in ("store_id", "created_at")]
        chosen = [
            *usual[: _USUAL + 1],
            *(each for each in table.shown if each.name == "created_at"),
        ]
    key = next(each for each in table.shown if each.name == "id")
    return tuple(dict.fromkeys((key, *chosen)))


def _context(
    table: Table, asked: Asked, fields: tuple[Field, ...], page: Page, refusal: object = ""
) -> dict[str, Any]:
    return {
        "table": table,
        "asked": asked,
        "fields": fields,
        "columns": [_head(table, asked, each) for each in fields],
        "rows": [[values.listed(each, row[each.name]) for each in fields] for row in page.rows],
        "operators": OPERATORS,
        "known": frozenset(tables()),
        "refusal": str(refusal),
        "previous_url": _url(table, asked, before=page.before) if page.before else None,
        "next_url": _url(table, asked, after=page.after) if page.after else None,
        "export_url": url_for("system.studio_exports", table=table.name, **_arguments(asked)),
    }


def _head(table: Table, asked: Asked, field: Field) -> tuple[str, str, str | None, str]:
    """A column's head as components/tables.html wants it; a second click turns the order round."""
    is_current = asked.sort == field.name
    order = "up" if is_current and asked.descending else "down"
    state = ("descending" if asked.descending else "ascending") if is_current else ""
    url = _url(table, asked, sort=field.name, order=order) if field.is_sortable else None
    look = "num" if field.kind in ("number", "amount") else ""
    return field.name, look, url, state


def _url(table: Table, asked: Asked, **more: str | None) -> str:
    return url_for("system.studio_table", table=table.name, **{**_arguments(asked), **more})


def _arguments(asked: Asked) -> dict[str, Any]:
    return {
        "q": asked.words or None,
        "column": [each.column for each in asked.conditions],
        "operator": [each.operator for each in asked.conditions],
        "value": [each.value for each in asked.conditions],
        "sort": asked.sort if asked.sort != "id" else None,
        "order": None if asked.descending else "up",
        "show": [*asked.columns],
    }


def _in_words(asked: Asked) -> str:
    """'words “tea”; status is open', for the audit log."""
    said = [f"words “{asked.words}”"] if asked.words else []
    for each in asked.conditions:
        operator = OPERATORS.get(each.operator, each.operator)
        said.append(f"{each.column} {operator} {each.value}".strip())
    return "; ".join(said) or "every row"
