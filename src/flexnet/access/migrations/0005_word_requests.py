"""A revocation word is asked for alone, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_resync_requests"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="credentialrequest",
            name="one_open_request_per_access",
        ),
        migrations.AddField(
            model_name="credentialrequest",
            name="what",
            field=models.CharField(
                choices=[("credentials", "Credentials"), ("word", "Word")],
                default="credentials",
                max_length=11,
            ),
        ),
        migrations.AddConstraint(
            model_name="credentialrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("carried_out_at", None), ("refused_at", None)),
                fields=("access", "what"),
                name="one_open_request_per_access",
            ),
        ),
    ]
