"""Providers of KV-SafeNet, where their participants come from and until when; and maintenance."""

from datetime import date, timedelta

from django.db import models

from flexnet.access.models import Access


class Provider(models.Model):
    """Whoever offers KV-SafeNet, or did."""

    name = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


class Certificate(models.Model):
    """A provider may offer KV-SafeNet from a day until another, both inclusive; a new one renews it."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="certificates")
    url = models.URLField(max_length=200)
    from_on = models.DateField()
    until_on = models.DateField()
    withdrawn_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.provider.name

    @property
    def last_on(self) -> date:
        """Its last day; one that was withdrawn ends the day before."""
        before = self.withdrawn_on and self.withdrawn_on - timedelta(days=1)
        return min(self.until_on, before) if before else self.until_on


class Range(models.Model):
    """Addresses of a provider's participants, from a day until another, both inclusive; None: no end is set.

    `network` is written as RFC 4632 and RFC 5952 have it: 10.20.0.0/16, 2001:db8::/32.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="ranges")
    network = models.CharField(max_length=43)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.network


class Stop(models.Model):
    """The KV decided that a provider's ranges stop; `stops_on` is the first day without them.

    It takes effect once those concerned were written to, on a day before; or without that, for a reason.
    What is entered afterwards for that day or later does not stop by it.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="stops")
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200)
    reason = models.TextField()
    stops_on = models.DateField()
    is_extraordinary = models.BooleanField(default=False)
    written_on = models.DateField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="written_to_before_it_stops",
                condition=models.Q(written_on=None) | models.Q(written_on__lt=models.F("stops_on")),
            )
        ]

    @property
    def takes_effect(self) -> bool:
        return self.is_extraordinary or self.written_on is not None


class Use(models.Model):
    """An access signed in by a provider's ranges, the last time at this instant."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="uses")
    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="+")
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["access", "provider"], name="one_use_of_a_provider")]
        indexes = [models.Index(fields=["provider", "last_at"], name="uses_of_a_provider")]


class Edition(models.Model):
    """How often ranges and their stops were changed, in its only row; whoever remembers them asks for it."""

    number = models.PositiveIntegerField()


class Maintenance(models.Model):
    """Services are limited from an instant until another (§ 8(1)), unless it was cancelled."""

    begins_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    text = models.CharField(max_length=500)
    announced_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
