"""Registers `flexnet.access` with Django; listens for changes of people, keeps terms unchanged."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "flexnet.access"
    label = "access"

    def ready(self) -> None:
        from flexnet.access import actions, programs
        from flexnet.access import signals as own
        from flexnet.audit import append_only
        from flexnet.members import signals

        append_only.protect("access_terms", unique=("id", "version"))
        signals.facts_changed.connect(actions.members_changed, dispatch_uid="access")
        own.facts_changed.connect(programs.facts_changed, dispatch_uid="programs")
