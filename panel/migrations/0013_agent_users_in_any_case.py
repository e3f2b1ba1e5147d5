import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


def refuse_doubles(apps, schema_editor):
    """Two agents who are one to VICIdial: which of them is right, only people can say."""
    agents = apps.get_model('panel', 'Agent').objects.values_list('dialer__name', 'agent_user')
    first = {}
    for dialer, agent_user in agents:
        other = first.setdefault((dialer, agent_user.lower()), agent_user)
        if other != agent_user:
            raise ValueError(
                f'Two agents of dialer "{dialer}" are one to VICIdial, which ignores capital letters: "{other}" and '
                f'"{agent_user}". Change or delete one of them with the version that was installed before, then migrate again.'
            )


class Migration(migrations.Migration):

    dependencies = [
        ('panel', '0012_capability_and_clock'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(refuse_doubles, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='agent',
            name='agent_user_once_per_dialer',
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.UniqueConstraint(models.F('dialer'), django.db.models.functions.text.Lower('agent_user'), name='agent_user_once_per_dialer', violation_error_message='Another agent of this dialer has this VICIdial user. Capital and small letters are the same there.'),
        ),
    ]
