"""Registers `flexnet.public` with Django."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "flexnet.public"
    label = "public"
