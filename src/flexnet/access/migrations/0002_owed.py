import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Owed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(choices=[("key", "Key"), ("promise", "Promise")], max_length=10),
                ),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="owed", to="access.access"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("until_at", None)),
                        fields=["what", "from_at", "access"],
                        name="owed_for_good",
                    ),
                    models.Index(
                        condition=models.Q(("until_at__isnull", False)),
                        fields=["what", "until_at", "access"],
                        name="owed_for_a_time",
                    ),
                ],
            },
        ),
    ]
