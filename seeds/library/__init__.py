"""What the stores answer with: macros and articles, written once."""

from __future__ import annotations

from seeds.library import harbor_articles, harbor_macros, hill

OF = {
    "harbor": (harbor_macros.MACROS, harbor_articles.ARTICLES),
    "hill": (hill.MACROS, hill.ARTICLES),
}
