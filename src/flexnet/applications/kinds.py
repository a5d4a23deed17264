"""What there is of applications: what for, by whom, how they come in, what becomes of them."""

from enum import StrEnum

from django.db import models
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from flexnet import configuration

PORTAL_NAME = lazy(lambda: configuration.current().profile.portal_name, str)()  # as this KV calls it


class Kind(models.TextChoices):
    """What is applied for."""

    MEMBER = "member", _("KV-FlexNet für Mitglieder")
    THIRD_PARTY = "third_party", _("KV-FlexNet für Dritte")
    PORTAL_ACCESS = "portal_access", format_lazy(_("Online-Zugang zum {portal}"), portal=PORTAL_NAME)


class Role(models.TextChoices):
    """What the applicant is in the practice."""

    OWNER = "owner", _("Inhaberin oder Inhaber, auch gemeinsam mit anderen")
    EMPLOYED = "employed", _("angestellt")
    AUTHORISED = "authorised", _("ermächtigt")


class Channel(models.TextChoices):
    """How an application came in."""

    PAPER = "paper", _("auf Papier")
    PUBLIC = "public", _("über die Internetseite")
    PORTAL = "portal", _("im Portal unterschrieben")


class StepKind(models.TextChoices):
    """What becomes of an application."""

    RECEIVED = "received", _("eingegangen")
    SENT_BACK = "sent_back", _("zur Ergänzung zurückgegeben")
    COMPLETED = "completed", _("ergänzt")
    APPROVED = "approved", _("genehmigt")
    REFUSED = "refused", _("abgelehnt")
    WITHDRAWN = "withdrawn", _("zurückgezogen")


ENDS = (StepKind.APPROVED, StepKind.REFUSED, StepKind.WITHDRAWN)


class Status(models.TextChoices):
    """Where an application stands; derived from its steps, stored nowhere."""

    UNSIGNED = "unsigned", _("Unterschrift fehlt noch")
    RECEIVED = "received", _("zu bearbeiten")
    INCOMPLETE = "incomplete", _("wartet auf Ergänzung")
    APPROVED = "approved", _("genehmigt")
    REFUSED = "refused", _("abgelehnt")
    WITHDRAWN = "withdrawn", _("zurückgezogen")

    @property
    def is_open(self) -> bool:
        return self in (Status.UNSIGNED, Status.RECEIVED, Status.INCOMPLETE)


class Act(StrEnum):
    """One thing that an approval does, in the order in which they are done."""

    ENTER_PRACTICE = "enter_practice"
    REGISTER_ADDRESS = "register_address"
    ENTER_PERSON = "enter_person"
    ENTER_OWNERSHIP = "enter_ownership"
    ENTER_EMPLOYMENT = "enter_employment"
    ENTER_ACTIVITY = "enter_activity"
    ENTER_THIRD_PARTY = "enter_third_party"
    ENTER_DECLARATION = "enter_declaration"
    OPEN_PRACTICE_ACCESS = "open_practice_access"
    OPEN_PERSONAL_ACCESS = "open_personal_access"
    OPEN_THIRD_PARTY_ACCESS = "open_third_party_access"
