"""Accounts get a revocation word, with which their owner locks them; accounts from before have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_staff")]

    operations = [migrations.AddField("account", "revocation_word", models.TextField(null=True))]
