"""Practices with their sites, people, and the dated facts that bind them."""

from django.db import models


class Practice(models.Model):
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A Betriebsstätte: where the practice works, known by its BSNR."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="sites")
    bsnr = models.CharField(max_length=9, unique=True)

    def __str__(self) -> str:
        return self.bsnr


class Person(models.Model):
    """A doctor or psychotherapist, known by the LANR."""

    lanr = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=200)

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
