"""URL rules that learn to build their address when it is first asked for, not at start."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug import routing

Build = Callable[..., tuple[str, str]]


class Rule(routing.Rule):
    """Werkzeug compiles two functions for each rule, half of a start; most are never called."""

    def _compile_builder(self, append_unknown: bool = True) -> Build:
        compiled = super()._compile_builder

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            made: Build = compiled(append_unknown).__get__(rule)
            setattr(rule, "_build_unknown" if append_unknown else "_build", made)
            return made(**values)

        return build
