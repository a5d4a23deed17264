"""Registers `flexnet.publications` with Django."""

from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    name = "flexnet.publications"
    label = "publications"
