"""What providers post to, and the page on which hooks are made."""

from __future__ import annotations

from flask import Blueprint

from shopapp.hooks import POSTED

posted = Blueprint(POSTED, __name__, url_prefix="/hooks")
mail_hooks = Blueprint("mail_hooks", __name__, url_prefix="/<handle>/settings/mail-hooks")

from shopapp.hooks.views import managing, taking  # noqa: E402, F401
