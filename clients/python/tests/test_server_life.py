"""What a client does when its server falls silent, stops, restarts or speaks otherwise."""

from __future__ import annotations

import threading
from typing import Any, Callable, Dict

import pytest
from fake_server import FakeServer

import skelmix
from skelmix import waiting

Serve = Callable[..., FakeServer]
Connect = Callable[..., skelmix.Stream]


def test_bye_ends_the_iteration_after_the_batches_that_are_there(
    serve: Serve, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    server = serve()
    server.limit = 3
    stream = connect(server.endpoint)
    seen = []
    for batch in stream:
        seen.append(batch.seq)
        if len(seen) == 1:
            server.until(lambda: server.seq == 3, "three batches")
            server.to_all({"k": "BYE", "reason": "SIGTERM"})
    assert seen == [0, 1, 2]
    assert "said BYE: SIGTERM" in caplog.text
    for again in (lambda: iter(stream), stream.epoch, lambda: stream.set("ratio", 0.5)):
        with pytest.raises(skelmix.TransportError, match="is over: SIGTERM") as caught:
            again()
        assert caught.value.code == "CLOSED"


def test_a_silent_server_is_given_up_after_its_own_time_out(serve: Serve, connect: Connect) -> None:
    server = serve(ping_ms=40, timeout_ms=300)
    server.limit = 1
    server.answers["PING"] = lambda who, header: None
    stream = connect(server.endpoint)
    assert next(stream).seq == 0
    with pytest.raises(skelmix.TransportError, match=r"was silent for 0\.\d s \(limit 0\.3 s\)") as caught:
        next(stream)
    assert caught.value.code == "PEER_GONE"
    assert server.count("PING") > 1
    with pytest.raises(skelmix.TransportError, match="was silent"):
        stream.ratio = 0.5


def test_a_living_server_without_batches_is_waited_for(serve: Serve, connect: Connect) -> None:
    server = serve(ping_ms=20, timeout_ms=150)
    server.limit = 0
    stream = connect(server.endpoint)

    def resume() -> None:
        server.until(lambda: server.count("PING") > 12, "more silence than the time-out")
        server.limit = None
        server.call(lambda: [server.serve(who) for who in server.credit] and None)

    thread = threading.Thread(target=resume)
    thread.start()
    assert next(stream).seq == 0
    thread.join()


def test_a_ping_of_the_server_is_given_back_as_it_came(serve: Serve, connect: Connect) -> None:
    server = serve()
    connect(server.endpoint)
    server.to_all({"k": "PING", "t": 12345})
    server.until(lambda: server.count("PONG") == 1, "PONG")
    assert server.headers("PONG") == [{"k": "PONG", "t": 12345}]


def test_a_verb_and_keys_of_a_newer_server_are_ignored(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.welcome_header["news"] = [1, 2]
    stream = connect(server.endpoint)
    server.to_all({"k": "FANFARE", "loud": True})
    assert next(stream).seq == 0


def test_a_lost_session_says_hello_again_once_and_goes_on(
    serve: Serve, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    server = serve()
    stream = connect(server.endpoint, credit=2)
    next(stream)
    server.call(lambda: (server.credit.clear(), server.leases.clear()) and None)
    seen = [next(stream).seq for _ in range(6)]
    assert seen[-1] > 2 and seen == sorted(seen)
    assert server.consumers() == 2
    assert server.most_held == 2
    assert caplog.text.count("does not know this consumer any more") == 1


def test_a_setting_whose_session_is_lost_is_asked_again_under_the_same_id(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint)

    def lose_once(who: bytes, header: Dict[str, Any]) -> None:
        server.answers["SET"] = server.change
        server.error(who, "unknown_session", "say HELLO first", retry="rehello", ref=header["requestId"])

    server.answers["SET"] = lose_once
    stream.ratio = 0.5
    assert stream.ratio == 0.5
    first, second = server.headers("SET")
    assert first == second and server.consumers() == 2


def test_a_restarted_server_is_found_again(serve: Serve, connect: Connect) -> None:
    first = FakeServer()
    stream = connect(first.endpoint)
    next(stream)
    first.close()
    second = serve(first.endpoint)
    seen = [next(stream).seq for _ in range(6)]
    assert seen[-1] >= 2
    assert second.count("HELLO") >= 1 and second.count("BYE") == 0


def test_a_server_that_comes_back_with_another_stream_is_refused(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint, credit=1)
    next(stream)

    def change() -> None:
        server.welcome_header["classes"] = ["wave", "clap", "nod"]
        server.credit.clear()

    server.call(change)
    with pytest.raises(skelmix.ConfigError, match="another stream: classes was .*'clap'.*, is .*'nod'") as caught:
        next(stream)
    assert caught.value.code == "CONFIG_CONFLICT"


def test_a_server_that_comes_back_with_another_configuration_of_the_same_kind_is_told_of(
    serve: Serve, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    server = serve()
    stream = connect(server.endpoint, credit=1)
    stream.ratio = 0.5

    def change() -> None:
        server.welcome_header.update(configHash="c2", bootId="b2")
        server.credit.clear()

    server.call(change)
    next(stream)
    assert "was restarted; the stream goes on at the place in its own books" in caplog.text
    assert "another configuration (c1 -> c2)" in caplog.text
    assert "is at revision 0 of the live settings, it was at 1: it was started anew without its journal" in caplog.text


def test_an_unreadable_message_ends_the_stream_with_its_verb(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint)
    server.limit = 0
    server.to_all({"k": "CHANGED", "rev": "new"})
    with pytest.raises(skelmix.TransportError, match="sent a CHANGED that can't be read") as caught:
        next(stream)
    assert caught.value.code == "PROTOCOL_MESSAGE"


def test_a_hello_that_was_lost_with_its_server_is_said_again(serve: Serve, connect: Connect) -> None:
    server = serve(ping_ms=100)
    stream = connect(server.endpoint, credit=1)
    next(stream)

    def swallow_once(who: bytes, header: Dict[str, Any]) -> None:
        server.answers["HELLO"] = server.welcome
        server.answers["PING"] = lambda who, header: server.error(who, "unknown_session", "say HELLO", retry="rehello")

    server.answers["HELLO"] = swallow_once
    server.call(lambda: server.credit.clear())
    assert next(stream).seq >= 1
    assert server.count("HELLO") == 4  # a look, the first, the one that was lost, the next


def test_a_loop_that_had_nothing_yet_names_no_place_to_a_server_that_forgot_it(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint, mode="broadcast", group="mine")
    server.answers["CREDIT"] = lambda who, header: (
        server.answers.update(CREDIT=server.take_credit),
        server.error(who, "unknown_session", "say HELLO", retry="rehello"),
    ) and None
    next(stream)
    again = server.headers("HELLO")[-1]
    assert again["group"] == "mine" and "resume" not in again
    server.call(lambda: server.credit.clear())
    for _ in range(5):
        next(stream)
    back = server.headers("HELLO")[-1]
    assert back["resume"]["session"] == "s1" and back["resume"]["logHash"] == "l1" and back["resume"]["step"] >= 1


def test_a_refused_message_is_told_and_the_stream_goes_on(
    serve: Serve, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    server = serve()
    stream = connect(server.endpoint)
    next(stream)
    server.to_all({"k": "ERROR", "code": "poison", "message": "batch 3 is dropped", "retry": "never", "ref": "NAK"})
    assert next(stream).seq == 1
    stream.stats()
    assert "refused a message: REFUSED: batch 3 is dropped" in caplog.text


def test_a_lost_server_is_waited_for_as_long_as_asked_for(serve: Serve, connect: Connect) -> None:
    server = serve(ping_ms=40, timeout_ms=200)
    server.limit = 1
    server.answers["PING"] = lambda who, header: None
    stream = connect(server.endpoint, reconnect_timeout_s=0.9)
    next(stream)
    with pytest.raises(skelmix.TransportError, match=r"limit 0\.9 s"):
        next(stream)


@pytest.mark.parametrize("what", ["WELCOME", "answer to SET"])
def test_every_long_wait_is_explained_not_those_for_batches_alone(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    monkeypatch.setattr(waiting, "EXPLAIN_AFTER_S", 0.1)
    server = serve()
    if what == "WELCOME":
        server.answers["HELLO"] = lambda who, header: server.error(
            who, "group_full", "the server has 1 sessions already", retry=10_000, ref="HELLO"
        )
        with pytest.raises(skelmix.TransportError, match="group_full .the server has 1 sessions already"):
            connect(server.endpoint, connect_timeout_s=0.6)
        assert "group_full" in caplog.text
    else:
        server.answers["SET"] = lambda who, header: None
        with pytest.raises(skelmix.TransportError, match="did not answer SET"):
            connect(server.endpoint).set("ratio", 0.5, timeout_s=0.6)
    assert len(caplog.records) == 1 and f"no {what} from {server.endpoint}" in caplog.text


def test_what_was_given_back_is_not_acknowledged_and_its_credit_is_granted_anew(serve: Serve, connect: Connect) -> None:
    server = serve()
    server.answers["NAK"] = lambda who, header: [server.leases[who].remove(lease) for lease in header["lease"]] and None
    stream = connect(server.endpoint, credit=1)
    next(stream)
    stream.touch()
    stream.give_back("no joints")
    stream.give_back("twice")
    assert next(stream).seq == 1
    assert server.headers("NAK") == [{"k": "NAK", "lease": [0], "reason": "no joints"}]
    assert server.headers("TOUCH") == [{"k": "TOUCH", "lease": [0]}]
    assert server.headers("CREDIT")[-1] == {"k": "CREDIT", "n": 1, "ack": []}
    stream.feedback("accuracy", [0.5, float("nan")], 7)
    stream.stats()
    assert server.headers("FEEDBACK") == [{"k": "FEEDBACK", "kind": "accuracy", "values": [0.5, None], "step": 7}]
