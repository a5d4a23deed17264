"""Documents that the KV put for a practice, and files that were refused."""

import uuid

from django.db import models
from django.db.models import Q

from flexnet.access.models import Access
from flexnet.documents.rules import Why
from flexnet.members.models import Site
from flexnet.quarter_field import QuarterField


class Document(models.Model):
    """One file for one site and quarter; its bytes lie sealed in the store, under its id.

    `kind` is one of the configuration's. `fetched_at`: who of the practice downloaded it first. Withdrawn,
    its bytes are gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="documents")
    quarter = QuarterField()
    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    put_at = models.DateTimeField()
    put_by = models.CharField(max_length=200)
    fetched_at = models.DateTimeField(null=True)
    fetched_by = models.ForeignKey(
        Access, on_delete=models.PROTECT, null=True, related_name="fetched_documents"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "quarter", "kind", "sha256"],
                condition=Q(withdrawn_at=None),
                name="one_document_per_content",
            ),
            models.CheckConstraint(
                name="fetched_by_somebody",
                condition=Q(fetched_at=None, fetched_by=None)
                | Q(fetched_at__isnull=False, fetched_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["site", "quarter", "kind"], name="documents_of_a_site"),
            models.Index(fields=["kind", "put_at"], name="documents_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RefusedFile(models.Model):
    """A file of the drop that lies in quarantine; until somebody settles it, it lies on the desk."""

    file_name = models.CharField(max_length=300)
    why = models.CharField(max_length=20, choices=[(why.value, why.value) for why in Why])
    refused_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file_name", "why"], condition=Q(settled_at=None), name="refused_once_until_settled"
            )
        ]

    def __str__(self) -> str:
        return self.file_name
