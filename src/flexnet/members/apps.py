"""Registers `flexnet.members` with Django."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "flexnet.members"
    label = "members"
