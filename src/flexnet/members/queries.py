"""Show me: practices and people by their numbers."""

from flexnet.members.errors import NotEntered
from flexnet.members.models import Person, Site


def site(bsnr: str) -> Site:
    """Raises NotEntered."""
    row = Site.objects.select_related("practice").filter(bsnr=bsnr).first()
    if row is None:
        raise NotEntered(f"There is no site with the BSNR {bsnr}. Enter it first: flexnet practice add")
    return row


def person(lanr: str) -> Person:
    """Raises NotEntered."""
    row = Person.objects.filter(lanr=lanr).first()
    if row is None:
        raise NotEntered(f"There is no person with the LANR {lanr}. Enter it first: flexnet person add")
    return row
