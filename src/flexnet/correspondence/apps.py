"""Registers `flexnet.correspondence` with Django."""

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "flexnet.correspondence"
    label = "correspondence"
