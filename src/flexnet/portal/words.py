"""The portal's sentences for decisions; before the password was right, one and the same for all."""

from django.utils.translation import gettext as _

from flexnet import configuration
from flexnet.access.models import Access
from flexnet.access.rules import Refusal, Way
from flexnet.web import refusals


def refusal(found: Refusal) -> str:
    """Why, what to do, the paragraph, for whoever knew the password; for all else one and the same."""
    return refusals.told(found) or neutral()


def neutral() -> str:
    """Says no more than that it did not work."""
    words = configuration.current().profile.words
    return _(
        "Die Anmeldung hat nicht geklappt. Prüfen Sie %(user_name)s und %(password)s. "
        "Nach mehreren falschen Eingaben müssen Sie eine Minute warten."
    ) % {"user_name": words.user_name, "password": words.password}


def session_over() -> str:
    return _("Ihre Anmeldung ist abgelaufen. Bitte melden Sie sich noch einmal an.")


def session_ended() -> str:
    return _("Ihre Anmeldung ist beendet. Bitte melden Sie sich noch einmal an.")


def way_ended() -> str:
    return _(
        "Die Verbindung, über die Sie angemeldet waren, besteht nicht mehr. Bitte melden Sie sich neu an."
    )


def way(came: str | None, provider: str) -> str:
    """How somebody came, as it goes on in a sentence; empty where nobody knows."""
    if came == Way.SAFENET:
        return _("über KV-SafeNet (%(provider)s)") % {"provider": provider}
    return _("über KV-FlexNet") if came == Way.FLEXNET else ""


def access(row: Access) -> str:
    """Which access it is, as the head of every page says it."""
    if row.site:
        return _("Praxiszugang, BSNR %(bsnr)s") % {"bsnr": row.site.bsnr}
    if row.person:
        return _("Persönlicher Zugang, %(name)s") % {"name": row.person.name}
    if row.third_party:
        return _("%(name)s, %(party)s") % {"name": row.holder, "party": row.third_party.name}
    return _("Mitarbeiterzugang, %(name)s") % {"name": row.holder}
