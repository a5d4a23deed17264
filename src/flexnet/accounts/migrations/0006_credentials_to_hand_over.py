"""First credentials of staff are shown again to who hands them over, for ten minutes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_submissions_of_members")]

    operations = [
        migrations.AddField(
            model_name="enrolmentcode",
            name="to_hand_over",
            field=models.BinaryField(null=True),
        ),
    ]
