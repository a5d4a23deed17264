"""Registers `flexnet.audit` with Django, and keeps its tables append-only."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from flexnet.audit import append_only


class AuditConfig(AppConfig):
    name = "flexnet.audit"
    label = "audit"

    def ready(self) -> None:
        """SQLite rebuilds a table to alter it and loses the triggers: put them back after migrations."""
        post_migrate.connect(append_only.after_migrations, sender=self)
