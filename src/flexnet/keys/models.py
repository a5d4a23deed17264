"""YubiKeys: the sealed seed and the counter."""

from django.db import models


class Key(models.Model):
    """A key that types one-time codes; `counter` is the lowest that may still be accepted."""

    serial = models.CharField(max_length=20, unique=True)
    digits = models.PositiveSmallIntegerField(default=6)
    identifier = models.CharField(max_length=12, blank=True)
    sealed_seed = models.BinaryField()
    counter = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()

    # The last code that fitted nowhere, sealed: with the next one it may show how far the key has run ahead.
    missed_code = models.BinaryField(null=True)
    missed_source = models.CharField(max_length=45, blank=True)
    missed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.serial
