"""Log lines."""

import logging


class OneLine(logging.Formatter):
    """One record, one line: a line break inside a message, say from a title, cannot start a line of its own.

    A traceback follows on lines of its own, as everywhere.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")
