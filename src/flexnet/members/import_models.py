"""A member register that somebody uploaded: the file, what becomes of it, the report line by line."""

from django.db import models


class RegisterImport(models.Model):
    """One file, from its upload to the end; where it stands follows from the instants (`imports.state`)."""

    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    is_complete = models.BooleanField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=200)
    encoding = models.CharField(max_length=20, blank=True)
    unread_columns = models.TextField(blank=True)
    unreadable = models.TextField(blank=True)
    looked_at = models.DateTimeField(null=True)
    sent_back_at = models.DateTimeField(null=True)
    ordered_at = models.DateTimeField(null=True)
    ordered_by = models.CharField(max_length=200, blank=True)
    only_good = models.BooleanField(default=False)
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)
    discarded_by = models.CharField(max_length=200, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    endings = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    settled = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.pk)


class RegisterContent(models.Model):
    """The bytes of the file, compressed (zlib), until they are no longer needed."""

    of = models.OneToOneField(RegisterImport, on_delete=models.CASCADE, related_name="content")
    packed = models.BinaryField()


class RegisterLine(models.Model):
    """What is to be said of a row: what is wrong, changes or ends; `said` is JSON (`import_lines`).

    What would happen and what happened are told apart by `is_done`.
    """

    class Kind(models.TextChoices):
        WRONG = "wrong"
        CHANGE = "change"
        ENDING = "ending"

    of = models.ForeignKey(RegisterImport, on_delete=models.CASCADE, related_name="lines")
    is_done = models.BooleanField()
    kind = models.CharField(max_length=6, choices=Kind)
    row = models.PositiveIntegerField()
    said = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["of", "is_done", "row"], name="register_lines_by_row"),
            models.Index(fields=["of", "is_done", "kind", "row"], name="register_lines_by_kind"),
        ]
