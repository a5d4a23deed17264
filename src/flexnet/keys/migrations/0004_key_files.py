"""Files of keys come through the office."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("keys", "0003_programming"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("sealed_rows", models.BinaryField(null=True)),
                ("uploaded_at", models.DateTimeField()),
                ("uploaded_by", models.CharField(max_length=200)),
                ("ordered_at", models.DateTimeField(null=True)),
                ("ordered_by", models.CharField(blank=True, max_length=200)),
                ("only_good", models.BooleanField(default=False)),
                ("taken_at", models.DateTimeField(null=True)),
                ("is_written", models.BooleanField(default=False)),
                ("dropped_at", models.DateTimeField(null=True)),
                ("lines", models.TextField(default="[]")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("taken_at", None)),
                        fields=["ordered_at"],
                        name="key_files_to_take",
                    )
                ],
            },
        ),
    ]
