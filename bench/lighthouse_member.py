"""A member who is signed in from here, and where Lighthouse goes: `bench.inside lighthouse_member`."""

import json
from datetime import UTC, datetime

from bench import member_pages
from flexnet.access.models import Access

_SOURCE = "127.0.0.1"


def main() -> None:
    """Prints in JSON the cookie, and the paths of pages; the first one is for whoever is not signed in."""
    rows = Access.objects.filter(kind="personal", notices=None)
    owner = rows.select_related("account", "person").earliest("pk")
    (member,) = member_pages.signed_in([owner], datetime.now(UTC), sources=[_SOURCE])
    paths = {name: address(member) for name, address in member_pages.EVERY if name != "password"}
    print(json.dumps({"cookie": member.cookie, "paths": {"sign_in": "/", **paths}}))
