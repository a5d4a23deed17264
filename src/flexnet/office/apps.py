"""Registers `flexnet.office` with Django."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "flexnet.office"
    label = "office"
