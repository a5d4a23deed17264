"""Registers `flexnet.keys` with Django."""

from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "flexnet.keys"
    label = "keys"
