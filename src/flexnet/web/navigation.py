"""An area of a site as one visitor sees it from one page."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Link:
    """`count` is what waits there for this visitor."""

    url: str
    word: str | Promise
    is_here: bool
    count: int = 0
