"""The logger of runs on a terminal: Dagster's step events move the bar, messages become lines."""

import logging
from typing import Any

import dagster as dg

from pipelines import console


class _StepHandler(logging.Handler):
    """Turns Dagster's step events into movements of the bar, and passes warnings and errors on."""

    def emit(self, record: logging.LogRecord) -> None:
        about: dict[str, Any] = getattr(record, "dagster_meta", {})
        event = about.get("dagster_event")
        kind = getattr(event, "event_type_value", None)
        for bar in console.shown():
            if event is not None and kind == "STEP_START":
                bar.started(event.step_key)
            elif kind in ("STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED"):
                bar.finished()
        if event is None and logging.INFO <= record.levelno < logging.ERROR:
            style = "yellow" if record.levelno >= logging.WARNING else "dim"
            console.ERR.print(str(about.get("orig_message") or record.getMessage()), style=style, markup=False)


@dg.logger(config_schema={}, description="steps as a progress bar, messages as lines")
def console_logger(_context: dg.InitLoggerContext) -> logging.Logger:
    """The logger of runs on a terminal."""
    logger = logging.Logger("yuexin", logging.DEBUG)
    logger.addHandler(_StepHandler())
    return logger
