"""The tables of `gateway`."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_initial"),
        ("keys", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Gateway",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.SlugField(unique=True)),
                ("certificate_name", models.CharField(max_length=255, unique=True)),
                ("address", models.GenericIPAddressField(null=True, unique=True)),
                ("sealed_secret", models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LockReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=24, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("statement", models.TextField()),
                ("key", models.PositiveIntegerField()),
                ("signature", models.CharField(max_length=88)),
                (
                    "lock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="access.lock"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("state_hash", models.BinaryField(unique=True)),
                ("acct_session_id", models.CharField(max_length=64, null=True)),
                ("tunnel_address", models.GenericIPAddressField(null=True)),
                ("source", models.GenericIPAddressField(null=True)),
                ("is_narrow", models.BooleanField(default=False)),
                ("signed_in_at", models.DateTimeField()),
                ("connected_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=40)),
                ("ended_by", models.CharField(blank=True, max_length=40)),
                ("octets_in", models.BigIntegerField(default=0)),
                ("octets_out", models.BigIntegerField(default=0)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="access.access",
                    ),
                ),
                (
                    "gateway",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="gateway.gateway",
                    ),
                ),
                ("key", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="keys.key")),
            ],
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("disconnect", "Disconnect"), ("coa", "Coa")], max_length=10),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(db_index=True, null=True)),
                ("acknowledged", models.BooleanField(default=False)),
                ("error_cause", models.PositiveSmallIntegerField(null=True)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="gateway.session",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["tunnel_address", "ended_at"], name="gateway_ses_tunnel__963c60_idx"),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["access", "ended_at"], name="gateway_ses_access__0564d7_idx"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(
                fields=("gateway", "acct_session_id"), name="one_session_per_gateway_and_id"
            ),
        ),
    ]
