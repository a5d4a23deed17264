"""Replies of the KV, windows held open longer, full checks; what of a check comes from no rule of KBV's."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import flexnet.billing.fields


def say_it_as_findings(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Checks are kept for hours: what somebody has on the screen stays as it was."""
    for row in apps.get_model("billing", "Precheck").objects.exclude(foreign_sites=[]):
        values = {"found": ", ".join(row.foreign_sites)}
        row.others = [{"code": "site_foreign_all", "values": values}]
        row.save(update_fields=["others"])


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0010_programs"),
        ("billing", "0008_sendings"),
        ("members", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="precheck",
            name="others",
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(say_it_as_findings, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="precheck",
            name="foreign_sites",
        ),
        migrations.CreateModel(
            name="FullCheck",
            fields=[
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="full_check",
                        serialize=False,
                        to="billing.delivery",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("begun_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("missing", "missing"),
                            ("hangs", "hangs"),
                            ("killed", "killed"),
                            ("key", "key"),
                            ("disk", "disk"),
                            ("parts", "parts"),
                            ("damaged", "damaged"),
                            ("exit", "exit"),
                            ("empty", "empty"),
                            ("no_billing_file", "no_billing_file"),
                            ("not_in_store", "not_in_store"),
                            ("interrupted", "interrupted"),
                        ],
                        max_length=20,
                    ),
                ),
                ("code", models.SmallIntegerField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["asked_at"],
                        name="full_checks_not_done",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusedReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=300)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("name", "name"),
                            ("number", "number"),
                            ("unknown", "unknown"),
                            ("empty", "empty"),
                            ("too_large", "too_large"),
                            ("format", "format"),
                            ("not_a_file", "not_a_file"),
                            ("unreadable", "unreadable"),
                        ],
                        max_length=20,
                    ),
                ),
                ("refused_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("settled_at", None)),
                        fields=("file_name", "why"),
                        name="refused_reply_once_until_settled",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quarter", flexnet.billing.fields.QuarterField(max_length=6)),
                ("until_on", models.DateField()),
                ("reason", models.TextField()),
                ("granted_at", models.DateTimeField()),
                ("granted_by", models.CharField(max_length=200)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "practice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="members.practice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("revoked_at", None)), fields=["quarter"], name="extensions"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("check", "Check"), ("text", "Text"), ("pdf", "Pdf")], max_length=5
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=120)),
                ("size", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("report", models.JSONField(default=dict)),
                ("put_at", models.DateTimeField(db_index=True)),
                ("put_by", models.CharField(max_length=200)),
                ("read_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_why", models.TextField(blank=True)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="billing.delivery",
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="read_replies",
                        to="access.access",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None), models.Q(("sha256", ""), _negated=True)),
                        fields=("delivery", "sha256"),
                        name="one_reply_per_content",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("read_at", None), ("read_by", None)),
                            models.Q(("read_at__isnull", False), ("read_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="read_by_somebody",
                    ),
                ],
            },
        ),
    ]
