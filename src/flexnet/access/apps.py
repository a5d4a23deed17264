"""Registers `flexnet.access` with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "flexnet.access"
    label = "access"
