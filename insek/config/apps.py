from django.apps import AppConfig


class HouseConfig(AppConfig):
    """The house itself: no tables, only the checks that an installation must pass."""

    name = "insek.config"
    label = "house"

    def ready(self) -> None:
        from insek.config import checks  # noqa: F401 - registers them
        from insek.config.choice_labels import look_up_labels_quickly
        from insek.config.columns import tell_columns_apart_quickly

        tell_columns_apart_quickly()
        look_up_labels_quickly()
