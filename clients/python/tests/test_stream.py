"""Behaviour of a stream against a scripted server."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from typing import Any, Callable, Dict

import pytest
from fake_server import FakeServer

import skelmix
from skelmix import waiting

Serve = Callable[..., FakeServer]
Connect = Callable[..., skelmix.Stream]


def test_the_welcome_is_on_view_before_the_first_batch_and_grants_nothing(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint, name="trainer")
    assert stream.shape == (2, 3, 4, 5, 1) and stream.shape.V == 5 and stream.batch_size == 2
    assert (stream.epoch_batches, stream.epoch_size, stream.classes) == (5, 10, ("wave", "clap"))
    assert stream.layout.parents == (-1, 0, 1, 2, 3) and stream.layout.centre == 0
    assert stream.info.simulated and stream.info.model is None and stream.info.split == "train"
    assert (stream.ratio, stream.paused, stream.rev) == (0.25, False, 0)
    look, hello = server.headers("HELLO")
    assert look == {**hello, "mode": "control"} and hello["mode"] == "share"
    assert (hello["v"], hello["name"], hello["credit"]) == ([1, 1], "trainer", 4)
    assert hello["client"] == f"skelmix-python/{skelmix.__version__}" and hello["lang"] == "python"
    assert server.count("CREDIT") == 0


def test_batches_come_in_order_over_epochs_and_belong_to_the_user(serve: Serve, connect: Connect) -> None:
    stream = connect(serve(large=True).endpoint)
    kept = []
    for batch in stream:
        batch.x += 1000
        kept.append(batch)
        if len(kept) == 12:
            break
    assert [batch.seq for batch in kept] == list(range(12))
    assert all((batch.x == 1000 + batch.seq).all() for batch in kept)


def test_an_epoch_ends_where_the_server_says_so(serve: Serve, connect: Connect) -> None:
    stream = connect(serve().endpoint)
    assert [[(b.epoch, b.step) for b in stream.epoch()] for _ in range(3)] == [[(e, s) for s in range(5)] for e in range(3)]


def test_an_epoch_whose_end_was_lost_with_a_session_stops_before_the_next_epochs_batch(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint, credit=1)
    epoch = stream.epoch()
    assert [next(epoch).step for _ in range(3)] == [0, 1, 2]
    server.seq = 6  # another session got the rest, and its END
    assert list(epoch) == []
    assert [batch.seq for batch in stream.epoch()] == [6, 7, 8, 9]


def test_a_redelivered_batch_of_an_old_epoch_does_not_end_the_new_one(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.limit = 0
    stream = connect(server.endpoint, credit=8)
    epoch = stream.epoch()
    got = []

    def consume() -> None:
        got.extend((batch.epoch, batch.redelivered) for batch in epoch)

    thread = threading.Thread(target=consume)
    thread.start()
    server.until(lambda: server.count("CREDIT") > 0, "the first credit")
    who = next(iter(server.credit))

    def play() -> None:
        server.seq = 5
        server.batch(who)
        server.seq = 2
        server.batch(who, redelivered=True)
        server.seq = 6
        server.batch(who)
        server.send(who, {"k": "END", "epoch": 1, "lastStep": 4, "served": 3})

    server.call(play)
    thread.join(10)
    assert got == [(1, False), (0, True), (1, False)]


@pytest.mark.parametrize("credit", [1, 2, 4])
def test_credit_and_unacknowledged_batches_together_never_exceed_what_was_asked_for(
    serve: Serve, connect: Connect, credit: int
) -> None:
    server = serve()
    for number, _ in enumerate(connect(server.endpoint, credit=credit)):
        if number == 40:
            break
    assert server.most_held == credit


def test_credit_stays_within_the_servers_limit(serve: Serve, connect: Connect) -> None:
    server = serve(max_credit=2)
    list(connect(server.endpoint, credit=16).epoch())
    assert server.most_held == 2


def test_a_batch_is_acknowledged_when_the_next_is_asked_for_and_grants_one_more(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint, credit=2)
    next(stream)
    server.until(lambda: server.count("CREDIT") == 1, "the first credit")
    assert server.headers("CREDIT")[0] == {"k": "CREDIT", "n": 2, "ack": []}
    next(stream)
    server.until(lambda: server.count("CREDIT") == 2, "the acknowledgement")
    assert server.headers("CREDIT")[1] == {"k": "CREDIT", "n": 1, "ack": [0]}


def test_the_last_batch_of_an_epoch_is_acknowledged_when_the_epoch_ends(serve: Serve, connect: Connect) -> None:
    server = serve()
    list(connect(server.endpoint, credit=1).epoch())
    server.until(lambda: any(4 in header["ack"] for header in server.headers("CREDIT")), "the last acknowledgement")


def test_closing_says_bye_without_acknowledging_the_batch_in_hand(serve: Serve, connect: Connect) -> None:
    server = serve()
    with connect(server.endpoint) as stream:
        next(stream)
    server.until(lambda: server.count("BYE") == 1, "BYE")
    assert all(header["ack"] == [] for header in server.headers("CREDIT"))
    stream.close()
    with pytest.raises(skelmix.TransportError, match="was closed") as caught:
        next(stream)
    assert caught.value.code == "CLOSED"


def test_a_dropped_stream_says_bye_and_leaves_no_thread(serve: Serve) -> None:
    server = serve()
    stream = skelmix.connect(server.endpoint, output="numpy")
    thread = stream._link()._thread
    next(stream)
    del stream
    server.until(lambda: server.count("BYE") == 1, "BYE")
    thread.join(10)
    assert not thread.is_alive()


# Settings.


def test_setting_the_ratio_waits_for_its_confirmation(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint)
    stream.ratio = 0.5
    assert (stream.ratio, stream.rev) == (0.5, 1)
    next(stream)
    change = stream.set("paused", True, if_rev=1)
    assert change == skelmix.Change(rev=2, key="paused", value=True, effective_seq=change.effective_seq, by="test")
    assert stream.paused
    sent = server.headers("SET")
    assert (sent[0]["key"], sent[0]["value"]) == ("ratio", 0.5) and "ifRev" not in sent[0]
    assert sent[1]["ifRev"] == 1 and sent[0]["requestId"] != sent[1]["requestId"]


@pytest.mark.parametrize(
    ("wire", "code"), [("out_of_range", "CONFIG_INVALID"), ("state_mismatch", "CONFIG_CONFLICT")]
)
def test_a_refused_setting_raises_the_servers_words_and_changes_nothing(
    serve: Serve, connect: Connect, wire: str, code: str
) -> None:
    server = serve()
    server.answers["SET"] = lambda who, header: server.error(
        who, wire, "ratio must be between 0 and 1, got 1.4", field="ratio", got=1.4, retry="never", ref=header["requestId"]
    )
    stream = connect(server.endpoint)
    with pytest.raises(skelmix.ConfigError, match="between 0 and 1, got 1.4") as caught:
        stream.ratio = 1.4
    assert caught.value.code == code and caught.value.details["got"] == 1.4
    assert stream.ratio == 0.25
    assert next(stream).seq == 0


def test_a_change_by_somebody_else_is_seen(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream, other = connect(server.endpoint), connect(server.endpoint)
    other.ratio = 0.75
    next(stream)
    stream.stats()  # comes after the CHANGED on the same connection
    assert stream.ratio == 0.75


def test_a_ratio_ends_the_schedule_for_everybody(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream, other = connect(server.endpoint), connect(server.endpoint)
    schedule = {"kind": "linear", "from": 0.25, "to": 0.5, "over": 2, "unit": "epochs"}
    assert stream.set("schedule", schedule).value == schedule
    assert stream.set("classWeights", None).value is None
    assert stream.info.settings.get("schedule") is None and stream._link().session.settings["schedule"] == schedule
    other.ratio = 0.75
    next(stream)
    stream.stats()  # comes after the CHANGED on the same connection
    assert stream.ratio == 0.75 and stream._link().session.settings["schedule"] is None


def test_stats_are_the_servers(serve: Serve, connect: Connect) -> None:
    assert connect(serve().endpoint).stats() == {"mix.real": 3, "engine": "cpu"}


def test_an_unanswered_setting_times_out_by_its_name(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.answers["SET"] = lambda who, header: None
    with pytest.raises(skelmix.TransportError, match="did not answer SET within 0.2 s"):
        connect(server.endpoint).set("ratio", 0.5, timeout_s=0.2)


# Waiting.


def test_connecting_to_nobody_times_out_naming_the_endpoint(connect: Connect) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(skelmix.TransportError, match=f"{endpoint} within 0.3 s.*skelmix serve") as caught:
            connect(endpoint, connect_timeout_s=0.3)
    assert caught.value.code == "TIMEOUT"


def test_an_address_that_is_none_is_refused_at_once(connect: Connect) -> None:
    with pytest.raises(skelmix.TransportError, match="expected tcp://HOST:PORT") as caught:
        connect("localhost:5757")
    assert caught.value.code == "ADDRESS_INVALID"


def test_a_refused_hello_raises_what_the_server_said(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.answers["HELLO"] = lambda who, header: server.error(
        who, "bad_version", "this server speaks SKMX/2", retry="never", ref="HELLO"
    )
    with pytest.raises(skelmix.TransportError, match="speaks SKMX/2") as caught:
        connect(server.endpoint)
    assert caught.value.code == "PROTOCOL_VERSION"


def test_a_hello_that_shall_come_later_comes_later(serve: Serve, connect: Connect) -> None:
    server = serve()

    def busy_once(who: bytes, header: Dict[str, Any]) -> None:
        server.answers["HELLO"] = server.welcome
        server.error(who, "group_full", "try again", retry=50, ref="HELLO")

    server.answers["HELLO"] = busy_once
    assert next(connect(server.endpoint)).seq == 0
    assert server.count("HELLO") == 3


def test_the_first_batchs_time_out_names_endpoint_seconds_and_the_servers_reason(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.limit = 0
    stream = connect(server.endpoint, first_batch_timeout_s=0.4)
    server.answers["CREDIT"] = lambda who, header: server.send(
        who, {"k": "STALL", "code": "generator_slow", "sinceMs": 2000, "hint": "12 clips/s made, 64 wanted"}
    )
    with pytest.raises(skelmix.TransportError) as caught:
        next(stream)
    assert caught.value.code == "TIMEOUT"
    assert str(caught.value) == (
        f"TIMEOUT: no batch from {server.endpoint} within 0.4 s; the server's last reason: "
        "generator_slow (12 clips/s made, 64 wanted)"
    )
    assert caught.value.details["stall"] == "generator_slow"


def test_later_batches_have_a_time_out_of_their_own(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.limit = 1
    stream = connect(server.endpoint, first_batch_timeout_s=20, batch_timeout_s=0.2)
    assert next(stream).seq == 0
    with pytest.raises(skelmix.TransportError, match="within 0.2 s; the server's last reason: none given"):
        next(stream)


def test_a_long_wait_is_explained_in_one_log_line(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(waiting, "EXPLAIN_AFTER_S", 0.1)
    server = serve()
    server.answers["CREDIT"] = lambda who, header: server.send(
        who, {"k": "STALL", "code": "paused", "sinceMs": 2000, "hint": "skelmix resume goes on"}
    )
    stream = connect(server.endpoint, first_batch_timeout_s=1)
    with caplog.at_level(logging.WARNING, "skelmix"), pytest.raises(skelmix.TransportError):
        next(stream)
    assert len(caplog.records) == 1
    assert server.endpoint in caplog.text and "paused (skelmix resume goes on)" in caplog.text


def test_ctrl_c_ends_a_wait(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.limit = 0
    stream = connect(server.endpoint)

    def interrupt() -> None:
        server.until(lambda: server.count("CREDIT") == 1, "the loop's wait")
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        next(stream)
    thread.join()


def test_a_batch_that_the_server_cant_build_raises_its_words_and_the_loop_may_go_on(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.limit = 2
    stream = connect(server.endpoint, credit=3)
    assert next(stream).seq == 0

    def lapse() -> None:
        who = next(iter(server.credit))
        server.credit[who] = 0
        server.limit = None
        server.error(who, "internal", "a.mat is cut short", retry="never", ref="CREDIT", cause="FORMAT_TRUNCATED")

    server.call(lapse)
    stream.stats()  # its answer comes behind the error
    assert next(stream).seq == 1
    with pytest.raises(skelmix.TransportError, match="a.mat is cut short") as caught:
        next(stream)
    assert caught.value.code == "FORMAT_TRUNCATED"
    assert [next(stream).seq for _ in range(5)] == [2, 3, 4, 5, 6]
    assert server.most_held == 3
