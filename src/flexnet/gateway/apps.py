"""Registers `flexnet.gateway` with Django, and listens for changed facts."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    name = "flexnet.gateway"
    label = "gateway"

    def ready(self) -> None:
        from flexnet.access import signals
        from flexnet.gateway import actions

        signals.facts_changed.connect(actions.facts_changed, dispatch_uid="gateway")
