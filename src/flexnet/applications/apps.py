"""Registers `flexnet.applications` with Django."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "flexnet.applications"
    label = "applications"
