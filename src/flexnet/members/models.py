"""Practices with their sites, people, third parties, and the dated facts that bind them."""

from django.db import models

from flexnet.members.folding import folded_name
from flexnet.members.import_models import RegisterContent as RegisterContent
from flexnet.members.import_models import RegisterImport as RegisterImport
from flexnet.members.import_models import RegisterLine as RegisterLine


class Practice(models.Model):
    """A Praxis: of one doctor, of several (BAG), or a Medizinisches Versorgungszentrum."""

    class Kind(models.TextChoices):
        SINGLE = "single"
        BAG = "bag"
        MVZ = "mvz"

    name = models.CharField(max_length=200)
    folded = folded_name()
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.SINGLE)

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"], name="practices_by_name"),
            models.Index(fields=["folded", "id"], name="practices_by_folded_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A Betriebsstätte: where the practice works, known by its BSNR; `closed_on` is its last day."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="sites")
    bsnr = models.CharField(max_length=9, unique=True)
    is_main = models.BooleanField(default=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    phone = models.CharField(max_length=40, blank=True)
    fax = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice"], condition=models.Q(is_main=True), name="one_main_site_per_practice"
            )
        ]

    def __str__(self) -> str:
        return self.bsnr


class ThirdParty(models.Model):
    """Not a member, but the KV has an interest of its own in the access (§ 1(1)); last day inclusive."""

    name = models.CharField(max_length=200)
    folded = folded_name()
    signatory = models.CharField(max_length=200)
    contact = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True)
    interest = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """Where letters go from a day on. None is changed: of those that hold, the last one entered counts."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="addresses")
    third_party = models.ForeignKey(ThirdParty, on_delete=models.PROTECT, null=True, related_name="addresses")
    extra = models.CharField(max_length=100, blank=True)
    street = models.CharField(max_length=100)
    postcode = models.CharField(max_length=5)
    town = models.CharField(max_length=100)
    from_on = models.DateField()
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_address_is_of_one",
                condition=models.Q(site__isnull=False, third_party__isnull=True)
                | models.Q(site__isnull=True, third_party__isnull=False),
            )
        ]


class Person(models.Model):
    """A doctor or psychotherapist, known by the LANR."""

    lanr = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=200)
    folded = folded_name()

    class Meta:
        indexes = [models.Index(fields=["folded", "id"], name="people_by_folded_name")]

    def __str__(self) -> str:
        return self.lanr


class Ownership(models.Model):
    """A person owns a practice, alone or with others, from a day on; last day inclusive."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="ownerships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ownerships")
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "person"], condition=models.Q(until_on=None), name="one_open_ownership"
            )
        ]


class Employment(models.Model):
    """A person works in a practice without owning it: employed (Anstellung) or authorised (Ermächtigung)."""

    class Kind(models.TextChoices):
        EMPLOYED = "employed"
        AUTHORISED = "authorised"

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="employments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="employments")
    kind = models.CharField(max_length=10, choices=Kind)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "person"], condition=models.Q(until_on=None), name="one_open_employment"
            )
        ]


class Direction(models.Model):
    """A person is the medical director (ärztliche Leitung) of an MVZ; last day inclusive."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="directions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="directions")
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice"], condition=models.Q(until_on=None), name="one_open_direction"
            )
        ]


class SigningRight(models.Model):
    """A person may sign declarations to the KV (Unterschriftsberechtigung); last day inclusive."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signing_rights")
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(until_on=None), name="one_open_signing_right"
            )
        ]


class Activity(models.Model):
    """The contracted activity of a person (vertragsärztliche Tätigkeit), last day inclusive."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="activities")
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(until_on=None), name="one_open_activity"
            )
        ]


class Death(models.Model):
    """A person died, and who answers for the heirs; withdrawn if the report was wrong."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deaths")
    died_on = models.DateField()
    heirs_contact = models.TextField(blank=True)
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(withdrawn_at=None), name="one_death_that_stands"
            )
        ]


class Question(models.Model):
    """The member register no longer names who is bound to a practice; a clerk finds out. It ends nothing."""

    class Bond(models.TextChoices):
        OWNER = "owner"
        EMPLOYED = "employed"
        AUTHORISED = "authorised"
        DIRECTOR = "director"

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="questions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="questions")
    bond = models.CharField(max_length=10, choices=Bond)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "person", "bond"],
                condition=models.Q(answered_at=None),
                name="asked_once_until_answered",
            )
        ]


class Note(models.Model):
    """What somebody at the KV noted on a practice. None is changed: a later one says what it `corrects`."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=200)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="correction")
