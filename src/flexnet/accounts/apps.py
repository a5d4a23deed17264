"""Registers `flexnet.accounts` with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "flexnet.accounts"
    label = "accounts"
