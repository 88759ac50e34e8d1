"""What the quick look-up of a label says is what Django's own says, for every choice of every model."""

import inspect

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils.encoding import force_str
from django.utils.hashable import make_hashable
from django.utils.translation import override

from insek.config.choice_labels import label_of_choice


def djangos_own(instance, field):
    value = getattr(instance, field.attname)
    choices = dict(make_hashable(field.flatchoices))
    return force_str(choices.get(make_hashable(value), value), strings_only=True)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_choice_of_every_model_is_said_as_django_says_it(language):
    asked = 0
    with override(language):
        for model in apps.get_models():
            chosen = [field for field in model._meta.concrete_fields if field.choices]
            instance = model() if chosen else None
            for field in chosen:
                for value in [*(key for key, _label in field.flatchoices), "", None, "never heard of"]:
                    setattr(instance, field.attname, value)
                    assert label_of_choice(instance, field) == djangos_own(instance, field), (field, value)
                    asked += 1
    assert asked > 300


def test_it_is_what_the_models_use_and_translates_only_what_it_says():
    assert Model._get_FIELD_display is label_of_choice
    assert "make_hashable" not in inspect.getsource(Model._get_FIELD_display)
