"""Registers `flexnet.portal` with Django."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "flexnet.portal"
    label = "portal"
