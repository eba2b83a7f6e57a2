"""The letters: what they say, in both languages, and that no fact in them can forge a header or break a message."""

import email
import email.policy
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from django.template.loader import get_template
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import mail
from tracker.mail.letters import LETTERS
from tracker.mail.message import mailbox, one_line, shortened, unstructured
from tracker.models import Language, Notification
from tracker.stop_links import read

KEY = UUID("12345678-1234-5678-1234-567812345678")
PROJECT = "646595db-bc8e-4e66-ab41-d57d88a485f9"
FACTS: dict[str, Any] = {
    "language": "en",
    "zone": "Asia/Shanghai",
    "to": {"email": "ann@example.org", "name": "Ann Smith"},
    "sender": "Standards tracker <tracker@tracker.test>",
    "site": "https://standards.example.org",
    "on": "2026-03-01",
    "next": "2026-03-24",
    "project": {
        "id": PROJECT,
        "title": "Artificial intelligence—Technical requirements of industrial foundation models",
        "title_zh": "人工智能 工业大模型技术要求",
        "numbers": ["20252081-Z-469"],
        "state": {"en": "Drafting", "zh": "起草"},
        "stage": {"en": "20", "zh": "20 起草阶段"},
        "committees": [{"en": "SAC/TC28/SC42", "zh": "人工智能分委会"}, {"en": "Joint group", "zh": ""}],
    },
    "deadline": {
        "kind": "target", "text": "2026-Q1", "precision": "quarter", "start": "2026-01-01", "due": "2026-03-31"
    },
}  # fmt: skip
WHY = [{"watch": 7, "committee": {"en": "SAC/TC28/SC42", "zh": "人工智能分委会"}, "since": "2025-07-08T01:00:00+00:00"}]
READ_BY = email.policy.default


def notification(why: Any = None, **facts: Any) -> Notification:
    return Notification(
        pk=KEY,
        kind=Notification.Kind.REMINDER,
        context=FACTS | facts,
        why=WHY if why is None else why,
        message_id=mail.message_id_for(KEY, "tracker@tracker.test"),
        dated=datetime(2026, 3, 1, 0, 0, 30, tzinfo=UTC),
    )


def sent(row: Notification) -> EmailMessage:
    """The letter as its reader's program parses it."""
    parsed = email.message_from_bytes(mail.compose(row).as_bytes(), policy=READ_BY)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert isinstance(body, EmailMessage)
    content: str = body.get_content()
    return content.replace("\r\n", "\n")


def text_of(row: Notification) -> str:
    return part(sent(row), "plain")


ENGLISH = """Dear Ann Smith,

This project is planned to be published by 31 Mar 2026, in 30 days:

    Artificial intelligence—Technical requirements of industrial foundation models

Planned for: Q1 2026, that is by 31 Mar 2026
Number: 20252081-Z-469
Stands at: Drafting (stage 20)
Committee: SAC/TC28/SC42; Joint group

Everything about it, and its history:
https://standards.example.org/projects/646595db-bc8e-4e66-ab41-d57d88a485f9/

If it cannot be ready by then, the secretariat can plan another date.
Until then you will be reminded again, next on 24 Mar 2026.

--\x20
Standards pipeline
You get this because you watch SAC/TC28/SC42 and its groups, since 8 Jul 2025.
Stop these mails: {stop}
"""
CHINESE = """李雷，您好！

以下项目计划最迟于2026年3月31日发布，还有30天：

    人工智能 工业大模型技术要求

计划时间：2026年第一季度，即不晚于2026年3月31日
编号：20252081-Z-469
当前状态：起草（阶段：20 起草阶段）
归口单位：人工智能分委会；Joint group

项目详情及历史记录：
https://standards.example.org/projects/646595db-bc8e-4e66-ab41-d57d88a485f9/

如无法按期完成，秘书处可调整计划日期。
在此之前，系统将继续提醒您，下次提醒日期：2026年3月24日。

--\x20
标准项目进度
您收到此邮件，是因为您自2025年7月8日起关注人工智能分委会及其下属工作组。
停止接收此类邮件：{stop}
"""


def stop_address(message: EmailMessage) -> str:
    return str(message["List-Unsubscribe"]).strip("<>")


def test_the_english_letter_word_for_word() -> None:
    message = sent(notification())
    assert part(message, "plain").rstrip("\n") == ENGLISH.format(stop=stop_address(message)).rstrip("\n")
    assert message["Subject"] == f"Due in 30 days: {FACTS['project']['title']}"


def test_the_chinese_letter_word_for_word() -> None:
    message = sent(notification(language="zh-hans", to={"email": "li@example.cn", "name": "李雷"}))
    assert part(message, "plain").rstrip("\n") == CHINESE.format(stop=stop_address(message)).rstrip("\n")
    assert message["Subject"] == "还有30天到期：人工智能 工业大模型技术要求"
    assert message["To"] == "李雷 <li@example.cn>"


@pytest.mark.parametrize(
    ("on", "english", "chinese"),
    [
        ("2025-12-31", "Due in 90 days", "还有90天到期"),
        ("2026-03-30", "Due tomorrow", "明天到期"),
        ("2026-03-31", "Due today", "今天到期"),
        ("2026-04-01", "1 day overdue", "已逾期1天"),
        ("2026-11-23", "237 days overdue", "已逾期237天"),
    ],
)
def test_how_near_or_late_it_is_stands_in_the_subject_and_in_both_parts(on: str, english: str, chinese: str) -> None:
    for language, words in (("en", english), ("zh-hans", chinese)):
        message = sent(notification(on=on, language=language))
        assert str(message["Subject"]).startswith(words)
        assert words in part(message, "html")
        number = re.search(r"\d+", words)
        told = number.group() if number else {"en": words.split()[-1].lower(), "zh-hans": words[:2]}[language]
        assert told in part(message, "plain")


def test_a_day_is_not_told_twice() -> None:
    deadline = FACTS["deadline"] | {"text": "2026-03-31", "precision": "day", "start": "2026-03-31"}
    assert "that is by" not in text_of(notification(deadline=deadline))
    assert "Planned for" not in text_of(notification(deadline=deadline))


def test_what_is_not_known_is_left_out() -> None:
    project = FACTS["project"] | {"numbers": [], "committees": [], "stage": None, "title_zh": ""}
    for language in ("en", "zh-hans"):
        text = text_of(notification(project=project, language=language, next=None, to={"email": "a@b.org", "name": ""}))
        for word in ("Number", "编号", "Committee", "归口", "stage", "阶段", "next on", "下次", "None", "  \n"):
            assert word not in text
        assert FACTS["project"]["title"] in text


def test_each_watch_that_brought_it_is_named_and_can_be_stopped_alone() -> None:
    why = [*WHY, {"watch": 9, "committee": None, "since": "2026-01-31T20:00:00+00:00"}]
    for language in ("en", "zh-hans"):
        message = sent(notification(why, language=language))
        text = part(message, "plain")
        tokens = re.findall(r"/watches/([^/]+)/", text)
        assert [read(token) for token in tokens] == [[7], [9], [7, 9]]
        assert all(token in part(message, "html") for token in tokens)
    assert "watch this project, since 1 Feb 2026" in text_of(notification(why))  # in the watcher's zone


def test_the_headers_that_mail_programs_act_upon() -> None:
    message = sent(notification())
    assert message["From"] == "Standards tracker <tracker@tracker.test>"
    assert message["To"] == "Ann Smith <ann@example.org>"
    assert message["Date"].datetime == datetime(2026, 3, 1, 0, 0, 30, tzinfo=UTC)
    assert message["Message-ID"] == f"<{KEY}@tracker.test>"
    assert message["References"] == message["In-Reply-To"] == f"<project-{PROJECT}@tracker.test>"
    assert message["List-Id"] == "Standards pipeline reminders <reminders.tracker.test>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop_address(message).startswith("https://standards.example.org/watches/")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]
    assert {each.get_content_charset() for each in message.iter_parts()} == {"utf-8"}


def test_the_stop_link_stands_whole_in_its_header_however_long_the_site_is_called() -> None:
    raw = mail.compose(notification(site=f"https://{'standards.' * 9}example.org")).as_bytes().decode("ascii")
    assert re.search(r"\r\nList-Unsubscribe: <https://(standards\.){9}example\.org/watches/[^\s>]+/>\r\n", raw)


def test_the_same_letter_is_the_same_to_the_byte() -> None:
    assert mail.compose(notification()).as_bytes() == mail.compose(notification()).as_bytes()


def test_a_letter_without_a_date_is_not_written() -> None:
    row = notification()
    row.dated = None
    with pytest.raises(ValueError, match="no date yet"):
        mail.compose(row)


def test_a_long_title_is_shortened_in_the_subject_and_whole_in_the_letter() -> None:
    title = "Artificial intelligence " * 200
    project = FACTS["project"] | {"title": title, "title_zh": "人工智能" * 250}
    for language in ("en", "zh-hans"):
        message = sent(notification(project=project, language=language))
        subject = str(message["Subject"])
        assert subject.endswith("…")
        assert len(subject) < 120
        whole = title.strip() if language == "en" else project["title_zh"]
        assert whole in part(message, "plain")
        assert whole in part(message, "html")


def test_markup_in_a_title_is_text() -> None:
    project = FACTS["project"] | {"title": '<script>alert(1)</script> & "more" {{ name }}', "committees": []}
    message = sent(notification(project=project))
    assert "<script>" not in part(message, "html")
    assert "&lt;script&gt;" in part(message, "html")
    assert '<script>alert(1)</script> & "more" {{ name }}' in part(message, "plain")
    assert "{{ name }}" in str(message["Subject"])


FORGED = "Title\r\nBcc: all@example.org\r\n\r\nAnother body"


def test_a_line_break_in_a_fact_forges_no_header() -> None:
    project = FACTS["project"] | {"title": FORGED, "title_zh": FORGED, "numbers": [FORGED]}
    to = {"email": "ann@example.org", "name": FORGED}
    for language in ("en", "zh-hans"):
        message = sent(notification(project=project, to=to, language=language))
        assert message["Bcc"] is None
        assert "Title Bcc: all@example.org Another body" in str(message["Subject"])
        assert [address.addr_spec for address in message["To"].addresses] == ["ann@example.org"]


@pytest.mark.parametrize(
    "address", ["ann@example.org\r\nBcc: all@example.org", "ann@example.org\n", "李雷@example.cn", "a\x00b@example.org"]
)
def test_an_address_that_slipped_past_the_form_writes_no_letter(address: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        mail.compose(notification(to={"email": address, "name": ""}))


anything = st.text(max_size=300)
HEADERS = sorted(sent(notification()).keys())


@settings(max_examples=100, deadline=None)
@given(title=anything, name=anything, number=anything, language=st.sampled_from(["en", "zh-hans"]))
def test_whatever_the_facts_hold_the_letter_has_its_own_headers_and_parts(
    title: str, name: str, number: str, language: str
) -> None:
    project = FACTS["project"] | {"title": title, "title_zh": "", "numbers": [number]}
    to = {"email": "ann@example.org", "name": name}
    wild = notification(project=project, to=to, language=language)
    raw = mail.compose(wild).as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = sent(wild)
    assert not message.defects
    assert sorted(message.keys()) == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["ann@example.org"]
    assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]
    shown = shortened(one_line(title) or "–", 90)
    assert same_words(str(message["Subject"])).endswith(same_words(shown))
    assert message["Message-ID"] == f"<{KEY}@tracker.test>"


def same_words(text: str) -> str:
    """Folding may double a space inside a header, which means nothing."""
    return " ".join(text.split())


@settings(max_examples=300, deadline=None)
@given(text=anything)
def test_a_header_of_free_text_reads_back_as_it_was(text: str) -> None:
    raw = f"Subject: {unstructured('Subject', text)}\r\n\r\n"
    assert same_words(str(email.message_from_string(raw, policy=READ_BY)["Subject"])) == same_words(one_line(text))
    assert all(len(line) <= 78 for line in raw.splitlines() if "=?" in line)


def test_each_kind_of_notification_has_a_letter_with_its_texts_in_each_language() -> None:
    assert set(LETTERS) == set(Notification.Kind)
    for letter in LETTERS.values():
        for language in Language:
            for form in ("subject", "txt", "html"):
                get_template(f"mail/{letter.__name__}.{language}.{form}")


@settings(max_examples=300, deadline=None)
@given(name=anything)
def test_a_name_never_reaches_the_address(name: str) -> None:
    raw = f"To: {mailbox('To', name, 'ann@example.org')}\r\n\r\n"
    (address,) = email.message_from_string(raw, policy=READ_BY)["To"].addresses
    assert address.addr_spec == "ann@example.org"


def test_shortening_cuts_between_words_and_never_runs_over() -> None:
    assert shortened("one two three four", 18) == "one two three four"
    assert shortened("one two three four", 12) == "one two…"
    assert shortened("一二三四五六七八九十", 5) == "一二三四…"
    assert shortened("A" * 50, 10) == f"{'A' * 9}…"


@override_settings(BASE_URL="https://elsewhere.example.org", DEFAULT_FROM_EMAIL="other@elsewhere.example.org")
def test_another_configuration_does_not_alter_a_letter_on_record() -> None:
    assert "elsewhere" not in mail.compose(notification()).as_string()
