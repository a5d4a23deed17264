"""Registers `flexnet.software` with Django."""

from django.apps import AppConfig


class SoftwareConfig(AppConfig):
    name = "flexnet.software"
    label = "software"
