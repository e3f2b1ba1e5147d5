"""What was known of sessions was stored in another form: it is asked for again."""

from django.db import migrations, models
from django.utils import timezone


def forget(apps, _):
    apps.get_model("panel", "Session").objects.update(
        state={}, version=models.F("version") + 1, moves_at=None, ask_at=timezone.now()
    )


class Migration(migrations.Migration):
    dependencies = [("panel", "0014_looking_again")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
