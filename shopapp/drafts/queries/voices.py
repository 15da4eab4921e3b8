"""How a store speaks, wherever something is drafted for it."""

from __future__ import annotations

from babel import localedata

from shopapp.drafts.grounding import BrandVoice
from shopapp.stores.models import Store, StoreSettings


def voice(store: Store, settings: StoreSettings, address: str = "") -> BrandVoice:
    """Its name, signature and tone; `address` is the e-mail address it writes from."""
    return BrandVoice(
        store_name=store.name,
        signature=settings.signature,
        email=address,
        url=store.primary_domain or "",
        locale=_locale(store.country),
        voice=settings.brand_voice,
    )


def _locale(country: str | None) -> str:
    """English as the store's country writes dates and amounts, where such a locale exists."""
    locale = f"en_{(country or '').upper()}"
    return locale if localedata.exists(locale) else "en"
