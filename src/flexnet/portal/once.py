"""A number for each page with a button, so that pressing twice does a thing once."""

import uuid

from django.http import HttpRequest
from django.utils.translation import gettext as _


def new() -> uuid.UUID:
    """For a page that is about to be shown."""
    return uuid.uuid4()


def number(request: HttpRequest) -> uuid.UUID:
    """The page's; a form without one was not made by us, and takes effect as often as it comes."""
    try:
        return uuid.UUID(request.POST.get("once", ""))
    except ValueError:
        return uuid.uuid4()


def said() -> str:
    """What is told when it came a second time."""
    return _("Das ist erledigt. Es ist nur einmal geschehen.")
