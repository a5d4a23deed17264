"""The tables of `audit`, and the triggers that keep what was written as it is."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from flexnet.audit import append_only


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    append_only.install(schema_editor.connection)


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    append_only.remove(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("key", models.PositiveIntegerField()),
                ("signature", models.CharField(max_length=88)),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=80)),
                ("by", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=200)),
                ("data", models.TextField()),
                ("person", models.CharField(blank=True, max_length=200)),
                ("personal", models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                ("person", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("month", models.CharField(blank=True, db_index=True, max_length=7)),
                ("sealed_key", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minute", models.DateTimeField()),
                ("kind", models.CharField(max_length=80)),
                ("by", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=200)),
                ("source", models.CharField(max_length=200)),
                ("reason", models.CharField(max_length=80)),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="waiting",
                        serialize=False,
                        to="audit.event",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["subject", "id"], name="audit_event_subject_22c902_idx"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["person", "id"], name="audit_event_person_7b3b62_idx"),
        ),
        migrations.AddField(
            model_name="link",
            name="event",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.DO_NOTHING, related_name="link", to="audit.event"
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(
                fields=("minute", "kind", "by", "subject", "source", "reason"), name="audit_tally_once"
            ),
        ),
        migrations.RunPython(install, remove),
    ]
