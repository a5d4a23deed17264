"""What the KV makes known to everybody: certified providers of KV-SafeNet, and maintenance."""

from django.db import models


class Certificate(models.Model):
    """A provider may offer KV-SafeNet from a day until another, both inclusive; a new one renews it."""

    name = models.CharField(max_length=120)
    url = models.URLField(max_length=200)
    from_on = models.DateField()
    until_on = models.DateField()
    withdrawn_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class Maintenance(models.Model):
    """Services are limited from an instant until another (§ 8(1)), unless it was cancelled."""

    begins_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    text = models.CharField(max_length=500)
    announced_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
