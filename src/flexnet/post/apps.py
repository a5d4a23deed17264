"""Registers `flexnet.post` with Django, and hears of passwords that were changed."""

from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "flexnet.post"
    label = "post"

    def ready(self) -> None:
        from flexnet.access import signals
        from flexnet.post import arrivals

        signals.facts_changed.connect(arrivals.facts_changed, dispatch_uid="post")
