"""What was there when the history began gets a first version, so that its first change has something to differ from."""

from django.db import migrations
from django.utils import timezone

REASON = "There when the history began."
NAMES = ("Agent", "Board", "Button", "Clip", "Dialer", "Team")
MANY = {"Team": ("agents", "supervisors"), "User": ("groups",)}
BATCH = 500


def _begin(apps, schema_editor):
    for name in NAMES:
        _begin_one(apps, apps.get_model("panel", name))
    _begin_one(apps, apps.get_model("auth", "User"))


def _begin_one(apps, model):
    name = model.__name__
    version = apps.get_model("panel", f"Historical{name}")
    fields = [f.attname for f in version._meta.concrete_fields if not f.attname.startswith("history_")]
    now = timezone.now()
    known = version.objects.values_list("id", flat=True)
    # Never read whole: a password that no key decrypts must not stop a migration.
    rows = model.objects.exclude(pk__in=known).values(*fields)
    begun = version.objects.bulk_create(
        [version(history_type="+", history_date=now, history_change_reason=REASON, **row) for row in rows.iterator()],
        batch_size=BATCH,
    )
    for many in MANY.get(name, ()):
        _begin_many(apps, model, many, {row.id: row.pk for row in begun})


def _begin_many(apps, model, many, versions):
    name = model.__name__
    kept = apps.get_model("panel", f"Historical{name}_{many}")
    through = getattr(model, many).through
    own, other = model._meta.model_name + "_id", model._meta.get_field(many).related_model._meta.model_name + "_id"
    links = through.objects.filter(**{f"{own}__in": list(versions)}).values("id", own, other)
    kept.objects.bulk_create(
        [kept(history_id=versions[link[own]], **link) for link in links.iterator()], batch_size=BATCH
    )


class Migration(migrations.Migration):
    dependencies = [("panel", "0006_history_and_hotkeys")]
    operations = [migrations.RunPython(_begin, migrations.RunPython.noop)]
