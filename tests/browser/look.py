"""How a page looks to those who see it badly, and on a small screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page, expect

AXE = next(Path(__file__).parent.glob("vendor/axe-*.min.js")).read_text()
RUN = "(rules) => axe.run({resultTypes: ['violations'], elementRef: false, ...rules})"
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
# all that axe's other rules can see: markup, and what is visible where
SHAPE = """() => [document.documentElement.outerHTML,
  ...[...document.querySelectorAll("*")].map((node) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    const shown = node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const { display, overflowX, overflowY } = getComputedStyle(node);
    return [x, y, width, height, shown, display, overflowX, overflowY].join();
  })].join("\\n")"""
WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && node.checkVisibility())
  .map((node) => node.outerHTML.slice(0, 120)).slice(0, 5)"""
STILL = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important }");
  document.adoptedStyleSheets = [still];
}"""
WIDTHS = {1280: 800, 390: 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def flaws(page: Page, *, briefly: bool = False) -> list[str]:
    """What axe finds in light and dark, and what is wider than the screen, at both widths.

    Briefly: wide in light and narrow in dark. Where dark changes nothing but colours, the rules
    about colours are asked again, and the others would say the same.
    """
    found: list[str] = []
    page.evaluate(STILL)
    # what waits for an answer is faded, and what a page fetches once it is there has to be there
    expect(page.locator(".htmx-request, [hx-trigger=load]")).to_have_count(0)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
            found.append(f"wider than {width} px: {page.evaluate(WIDE)}")
        seen = ""
        for scheme in SCHEMES if not briefly else SCHEMES[width == min(WIDTHS) :][:1]:
            page.emulate_media(color_scheme=scheme)
            before, seen = seen, page.evaluate(SHAPE)
            rules = COLOURS if seen == before else {}
            found += [f"{scheme}, {width} px: {each}" for each in violations(page, rules)]
    return found


def violations(page: Page, rules: dict[str, list[str]]) -> list[str]:
    """axe-core's findings as sentences; `rules` {} are all of them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(RUN, rules)
    return [
        f"{rule['id']} ({rule['help']}): {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
