"""Registers `flexnet.post` with Django."""

from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "flexnet.post"
    label = "post"
