"""Tokens know the login that they were made under; those that are there belong to the one of today."""

from django.db import migrations, models
from django.utils.crypto import salted_hmac


def made_under(apps, _):
    for name in ("Token", "Pairing"):
        made = apps.get_model("panel", name)
        for row in made.objects.filter(agent__isnull=False).select_related("agent__user").iterator():
            user = row.agent.user
            digest = salted_hmac("panel.tokens.login", f"{user.pk} {user.password}", algorithm="sha256").hexdigest()
            made.objects.filter(pk=row.pk).update(made_under=digest)


class Migration(migrations.Migration):
    dependencies = [("panel", "0016_how_workers_fare")]

    operations = [
        migrations.AddField(
            model_name="token",
            name="made_under",
            field=models.CharField(db_default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="pairing",
            name="made_under",
            field=models.CharField(db_default="", editable=False, max_length=64),
        ),
        migrations.RunPython(made_under, migrations.RunPython.noop),
    ]
