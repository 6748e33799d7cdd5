"""Behaviour of a stream against a scripted server."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import socket
import threading
from pathlib import Path
from typing import Any, Callable, Dict

import numpy as np
import pytest
from fake_server import FakeServer

import skelmix
from skelmix import connection

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
    monkeypatch.setattr(connection, "_EXPLAIN_AFTER_S", 0.1)
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


# Life and death of the server.


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
        server.welcome_header["configHash"] = "c2"
        server.credit.clear()

    server.call(change)
    with pytest.raises(skelmix.ConfigError, match="another stream.*config c2.*before.*config c1") as caught:
        next(stream)
    assert caught.value.code == "CONFIG_CONFLICT"


def test_an_unreadable_message_ends_the_stream_with_its_verb(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint)
    server.limit = 0
    server.to_all({"k": "CHANGED", "rev": "new"})
    with pytest.raises(skelmix.TransportError, match="sent a CHANGED that can't be read") as caught:
        next(stream)
    assert caught.value.code == "PROTOCOL_MESSAGE"


# Processes.


def test_a_connected_stream_is_refused_after_a_fork_and_harms_nothing(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint)
    next(stream)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            next(stream)
            os.write(writer, b"no error")
        except skelmix.TransportError as error:
            stream.close()
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    message = os.read(reader, 1000).decode()
    os.close(reader)
    os.close(writer)
    assert f"connected in process {os.getpid()}" in message and f"in process {child}" in message
    assert message.startswith("CLOSED") and "SkelmixDataset" in message
    assert [next(stream).seq for _ in range(5)] == [1, 2, 3, 4, 5]


def test_a_forked_child_can_open_its_own(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint)
    next(stream)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with skelmix.connect(server.endpoint, output="numpy") as own:
                status = 0 if next(own).seq >= 0 else 1
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert next(stream).seq >= 1


def test_a_pickled_stream_connects_anew_at_its_first_use(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint, credit=2)
    next(stream)
    copy = pickle.loads(pickle.dumps(stream))
    assert server.consumers() == 1 and "not connected" in repr(copy)
    assert copy.batch_size == 2
    assert server.consumers() == 2
    assert {next(copy).seq, next(stream).seq} == {2, 1}
    copy.close()


def test_errors_survive_the_way_from_a_worker_process() -> None:
    error = skelmix.ConfigError("CONFIG_INVALID", "words", {"got": 1.4})
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.code, str(copy), copy.details) == (type(error), error.code, str(error), error.details)


# Endpoints.


def test_the_local_endpoint_is_preferred_on_one_host(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    ipc = f"ipc://{tmp_path}/s"
    server = serve(more_endpoints=(ipc,), host=socket.gethostname())
    stream = connect(server.endpoint)
    assert stream.endpoint == ipc and next(stream).seq == 0
    assert server.consumers() == 1 and server.headers("BYE")[0]["reason"] == f"goes on over {ipc}"
    assert connect(server.endpoint, prefer_ipc=False).endpoint == server.endpoint


def test_a_local_endpoint_that_does_not_answer_is_given_up(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    path = f"{tmp_path}/dead"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(path)
        server = serve(host=socket.gethostname())
        server.welcome_header["endpoints"] = [server.endpoint, f"ipc://{path}"]
        stream = connect(server.endpoint)
        assert stream.endpoint == server.endpoint and next(stream).seq == 0


@pytest.mark.parametrize("host", ["elsewhere", "here"])
def test_an_ipc_endpoint_of_another_host_or_file_system_is_left_alone(
    serve: Serve, connect: Connect, tmp_path: Path, host: str
) -> None:
    server = serve(host=socket.gethostname() if host == "here" else host)
    path = tmp_path / "s"
    if host == "elsewhere":
        path.touch()
    server.welcome_header["endpoints"] = [server.endpoint, f"ipc://{path}", "ipc://@abstract"]
    assert connect(server.endpoint).endpoint == server.endpoint


def test_the_endpoint_comes_from_the_environment(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve()
    monkeypatch.setenv("SKELMIX_ENDPOINT", server.endpoint)
    with skelmix.connect(output="numpy") as stream:
        assert stream.endpoint == server.endpoint


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"credit": 0}, "credit must be a whole number of at least 1, got 0"),
        ({"output": "jax"}, "output must be 'auto', 'numpy' or 'torch', got 'jax'"),
        ({"dtype": "<f8"}, "dtype must be"),
        ({"batch_timeout_s": -1}, "batch_timeout_s must be a number of seconds above 0, got -1"),
        ({"connect_timeout_s": None}, "connect_timeout_s must be"),
    ],
)
def test_a_wrong_option_is_refused_with_its_value(options: Dict[str, Any], words: str) -> None:
    with pytest.raises(skelmix.ConfigError, match=words) as caught:
        skelmix.connect("tcp://127.0.0.1:1", **options)
    assert caught.value.code == "CONFIG_INVALID"


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(skelmix.ConfigError, match="unknown option 'creditt'"):
        skelmix.Stream("tcp://127.0.0.1:1", creditt=3)


def test_output_is_numpy_or_torch_as_asked(serve: Serve, connect: Connect) -> None:
    torch = pytest.importorskip("torch")
    server = serve()
    assert isinstance(next(connect(server.endpoint, output="numpy")).x, np.ndarray)
    assert isinstance(next(connect(server.endpoint, output="torch")).x, torch.Tensor)
    assert isinstance(next(connect(server.endpoint, output="auto")).x, torch.Tensor)


def test_the_clients_memory_is_bounded_by_credit_when_nobody_asks(serve: Serve, connect: Connect) -> None:
    server = serve()
    stream = connect(server.endpoint, credit=3)
    next(stream)
    server.until(lambda: server.seq == 3, "the granted batches")
    stream.stats()
    assert len(stream._link().session.deliveries) <= 2 and server.seq == 3
