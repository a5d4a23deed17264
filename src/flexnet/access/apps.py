"""Registers `flexnet.access` with Django, and listens for what changes with people."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "flexnet.access"
    label = "access"

    def ready(self) -> None:
        from flexnet.access import actions
        from flexnet.members import signals

        signals.facts_changed.connect(actions.members_changed, dispatch_uid="access")
