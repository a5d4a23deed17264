"""Where entering goes on after an access."""

from datetime import date

from django.urls import reverse

from flexnet.access import requests
from flexnet.access.models import Access
from flexnet.members.models import Site


def home(access: Access, on: date) -> str:
    """The page of whatever the access belongs to, where entering goes on."""
    member = access.origin or access
    if member.third_party_id:
        return reverse("third-party-setup", args=[member.third_party_id])
    found = requests.addressee_of(access, on)
    return (
        reverse("practice-setup", args=[found.practice_id])
        if isinstance(found, Site)
        else reverse("entering")
    )
