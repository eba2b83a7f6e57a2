import logging

from config.log import OneLine


def test_a_line_break_in_a_message_starts_no_line_of_its_own() -> None:
    record = logging.makeLogRecord({"levelname": "INFO", "msg": "moved %s", "args": ("a\r\n2026-03-01 ERROR forged",)})
    assert OneLine("%(levelname)s %(message)s").format(record) == r"INFO moved a\r\n2026-03-01 ERROR forged"
