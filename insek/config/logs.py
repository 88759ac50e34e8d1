"""Log lines: one JSON object each in production, short text elsewhere; never an address or a name of a person."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

FIELDS = ("request_id", "method", "path", "status", "ms")


class JsonLine(logging.Formatter):
    """One record as one JSON object with fixed keys, so that a log store needs no parsing rules."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class PlainLine(logging.Formatter):
    """Time, level and message for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        text = (
            f"{datetime.fromtimestamp(record.created):%H:%M:%S} {record.levelname:<7} {record.getMessage()}"
        )
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return text


def logging_config(*, log_format: str, requests: bool) -> dict[str, Any]:
    """Return the `LOGGING` setting.

    Django's own request loggers are silent: `insek.request` writes one line per request with its outcome, and an
    exception with its traceback. `django.security` would write visitors' addresses and account names.
    """
    formatter = "json" if log_format == "json" else "plain"
    quiet = {"handlers": [], "level": "CRITICAL", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "insek.config.logs.JsonLine"},
            "plain": {"()": "insek.config.logs.PlainLine"},
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": formatter},
            # the worker lowers the level of its loggers to tell of every start and stop of every task
            "errors": {"class": "logging.StreamHandler", "formatter": formatter, "level": "ERROR"},
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "insek": {"level": "INFO"},
            "insek.request": {"level": "INFO" if requests else "ERROR"},
            "django": {"handlers": [], "level": "WARNING"},
            "django.request": quiet,
            "django.security": quiet,
            "django.server": quiet,
            "django_tasks": {"handlers": ["errors"], "propagate": False},
            "django_tasks_db": {"handlers": ["errors"], "propagate": False},
        },
    }
