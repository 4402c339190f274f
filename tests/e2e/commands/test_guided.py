"""Registering at a terminal, question by question, with the power cut in the middle."""

import contextlib
import os
import pty
import re
import select
import subprocess
import sys
import time

from lianxin.cli.demo.world import VILLAGE

LIMIT_S = 30.0


class Terminal:
    """A command on a terminal of its own, as somebody at the counter sees it."""

    def __init__(self, county, who, *words):
        environment = os.environ | {
            "LIANXIN_HOME": str(county.homes / f"{VILLAGE}-{who}"),
            "LIANXIN_NODE": str(county.world.nodes[VILLAGE].data),
            "LIANXIN_LANG": "zh",
            "TERM": "dumb",
        }
        self.shown = ""
        self.screen, keyboard = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lianxin.cli", *words],
            stdin=keyboard,
            stdout=keyboard,
            stderr=keyboard,
            env=environment,
            start_new_session=True,
        )
        os.close(keyboard)

    def answer(self, question, text):
        """Wait until it asks this, and type the answer."""
        self.until(question)
        self.shown = ""
        os.write(self.screen, f"{text}\n".encode())

    def until(self, words):
        """Wait until these words are shown."""
        deadline = time.monotonic() + LIMIT_S
        while words not in self.shown:
            assert time.monotonic() < deadline, (words, self.shown)
            ready, _, _ = select.select([self.screen], [], [], 0.1)
            if ready:
                self.shown += self._read()
        return self.shown

    def _read(self):
        """What it shows; nothing once it has ended."""
        with contextlib.suppress(OSError):
            return os.read(self.screen, 65536).decode("utf-8", "replace")
        return ""

    def cut_off(self):
        """As the power goes."""
        self.process.kill()
        self.ended()

    def ended(self):
        """Its status, once it has ended."""
        status = self.process.wait(LIMIT_S)
        os.close(self.screen)
        return status


def test_a_draft_survives_the_power_and_places_are_found_by_what_they_are_called(county):
    """Killed after the third question, it is offered again and not asked twice; then registered."""
    first = Terminal(county, "village", "register")
    first.answer("来源渠道", "来访")
    first.answer("匿名", "严月仙")
    first.answer("[y/N]", "n")
    first.until("电话")
    first.cut_off()
    again = Terminal(county, "village", "register")
    assert "严月仙" in again.until("[Y/n]")
    again.answer("[Y/n]", "y")
    again.answer("电话", "")
    again.answer("哪里", "lujia")
    again.answer("递铺街道 鲁家村", "1")
    again.answer(">", "路灯坏了一个月，晚上看不见路。")
    again.answer(">", "")
    for _ in range(3):
        again.answer("0 先不定", "")
    again.answer("[Y/n]", "y")
    number = re.search(r"330523001211-\d{4}-\d{5}", again.until("打印回执"))
    again.answer("选几号", "0")
    assert again.ended() == 0
    assert number is not None


def test_what_was_said_by_options_is_not_asked_again(county):
    """Name, telephone, place and other side by options: only the door and the matter are asked."""
    words = ("--name", "严月仙", "--phone", "13705721234", "--place", "鲁家村")
    typed = Terminal(county, "village", "register", *words, "--respondent", "褚根发", "--urgent")
    typed.answer("来源渠道", "来访")
    typed.answer(">", "邻居半夜还在装修，劝了几次都不听。")
    typed.answer(">", "")
    for _ in range(3):
        typed.answer("0 先不定", "")
    typed.answer("[Y/n]", "y")
    number = re.search(r"330523001211-\d{4}-\d{5}", typed.until("打印回执"))
    typed.answer("选几号", "0")
    assert typed.ended() == 0
    shown = county.ask("village", "case", "show", number[0], "--unmask", "--why", "核对登记")
    names = [one["name"] for one in shown["case"]["content"]["parties"]]
    assert names == ["严月仙", "褚根发"]
