"""Submission windows that the KV holds open longer."""

from django.db import models

from flexnet.billing.fields import QuarterField
from flexnet.members.models import Practice


class Extension(models.Model):
    """Until which day, inclusive, a practice may hand in regularly; without a practice all of them."""

    quarter = QuarterField()
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, null=True, related_name="extensions")
    until_on = models.DateField()
    reason = models.TextField()
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["quarter"], condition=models.Q(revoked_at=None), name="extensions")]

    def __str__(self) -> str:
        return f"{self.quarter}: {self.until_on}"
