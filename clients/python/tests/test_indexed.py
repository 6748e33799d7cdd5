"""Requests in HELLO, labels and samples by index, and further tensors of a batch."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import pytest
from fake_server import FakeServer

import skelmix

Serve = Callable[..., FakeServer]
Connect = Callable[..., skelmix.Stream]

SIZES = {"train": 10, "test": 7}


def test_the_request_goes_into_hello_and_its_answer_into_the_info(serve: Serve, connect: Connect) -> None:
    server = serve(sizes=SIZES)
    stream = connect(
        server.endpoint,
        mode="broadcast",
        group="left",
        profile="ctrgcn-ntu60",
        profile_args={"window_size": np.int64(64), "p_interval": (0.5, 1)},
        split="xsub/train",
        expect={"classes": 2, "V": 5},
    )
    look, hello = server.headers("HELLO")
    assert look["mode"] == "control" and "profile" not in look and "expect" not in look
    assert hello["mode"] == "broadcast" and hello["group"] == "left" and hello["split"] == "xsub/train"
    assert hello["profile"] == {"name": "ctrgcn-ntu60", "args": {"window_size": 64, "p_interval": [0.5, 1]}}
    assert hello["expect"] == {"classes": 2, "V": 5}
    info = stream.info
    assert (info.mode, info.group, info.size, dict(info.splits)) == ("broadcast", "left", 10, SIZES)
    assert info.profile == skelmix.Profile("ctrgcn-ntu60", "d1", "train", {"window_size": 64, "p_interval": [0.5, 1]})
    assert (info.axes, info.x_shape, info.fields) == ("CTVM", (2, 3, 4, 5, 1), ("x", "y", "index"))


def test_ranks_of_a_lockstep_group_are_stated(serve: Serve, connect: Connect) -> None:
    server = serve(sizes=SIZES)
    connect(server.endpoint, mode="lockstep", rank=1, world=3)
    hello = server.headers("HELLO")[-1]
    assert (hello["mode"], hello["rank"], hello["world"]) == ("lockstep", 1, 3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "pull"}, "mode must be one of share, broadcast, lockstep, indexed"),
        ({"mode": "lockstep", "rank": 0}, "rank .* and world"),
        ({"rank": 0, "world": 2}, "belong to mode 'lockstep'"),
        ({"mode": "lockstep", "rank": 2, "world": 2}, "rank"),
        ({"split": 3}, "split must be a text"),
        ({"expect": {"joints": 25}}, "can't expect 'joints'"),
        ({"profile_args": {"transform": object()}}, "transform is object"),
    ],
)
def test_wrong_requests_are_refused_before_anything_is_sent(connect: Connect, options: Any, words: str) -> None:
    with pytest.raises(skelmix.ConfigError, match=words):
        connect("tcp://127.0.0.1:1", **options)


def test_a_server_that_states_nothing_new_is_read_as_before(serve: Serve, connect: Connect) -> None:
    info = connect(serve().endpoint).info
    assert (info.mode, info.profile, info.fields, info.size, dict(info.splits)) == ("share", None, None, None, {})


def test_labels_and_names_come_in_order_of_the_indices(serve: Serve, connect: Connect) -> None:
    stream = connect(serve(sizes=SIZES).endpoint, mode="indexed", split="test")
    items = stream.items()
    assert items.size == 7 and items.labels.tolist() == [0, 1, 0, 1, 0, 1, 0] and items.labels.dtype == np.int64
    assert items.names[3] == "test_3"
    assert stream.items("train").size == 10


def test_samples_by_index_come_in_the_order_asked_for_however_the_server_cuts_them(
    serve: Serve, connect: Connect
) -> None:
    server = serve(sizes=SIZES, max_get=2, extras=("t", "n"))
    stream = connect(server.endpoint, mode="indexed", split="train")
    samples = stream.get([9, 0, 4, 4, 1], epoch=3)
    assert samples.ids == (9, 0, 4, 4, 1) and samples.epoch == 3 and len(samples) == 5
    np.testing.assert_allclose(samples.x[:, 0, 0, 0, 0], [9.003, 0.003, 4.003, 4.003, 1.003], rtol=1e-6)
    assert samples.x.shape == (5, 3, 4, 5, 1) and samples.x.dtype == np.float32 and samples.x.flags.writeable
    assert samples.y.tolist() == [1, 0, 0, 0, 1] and samples.y.dtype == np.int64
    assert samples.extras["t"].shape == (5, 4) and samples.extras["n"].dtype == np.int64
    assert server.count("GET") == 1


def test_more_ids_than_a_message_may_hold_go_in_several(serve: Serve, connect: Connect) -> None:
    server = serve(sizes={"train": 3000, "test": 1})
    samples = connect(server.endpoint, mode="indexed").get(range(2999, -1, -2))
    assert samples.ids == tuple(range(2999, -1, -2)) and samples.x[-1, 0, 0, 0, 0] == 1
    assert [len(header["ids"]) for header in server.headers("GET")] == [1024, 476]


def test_samples_may_be_asked_for_between_batches(serve: Serve, connect: Connect) -> None:
    stream = connect(serve(sizes=SIZES).endpoint)
    seqs = []
    for batch in stream.epoch():
        seqs.append(batch.seq)
        assert stream.get([batch.seq]).x[0, 0, 0, 0, 0] == batch.seq
    assert seqs == [0, 1, 2, 3, 4]


def test_an_index_out_of_range_is_the_servers_error(serve: Serve, connect: Connect) -> None:
    stream = connect(serve(sizes=SIZES).endpoint, mode="indexed", split="test")
    with pytest.raises(skelmix.ConfigError, match="no sample 7") as caught:
        stream.get([0, 7])
    assert caught.value.details["got"] == 7
    assert stream.get([6]).ids == (6,)
    with pytest.raises(skelmix.ConfigError, match="at least one index"):
        stream.get([])


def test_an_answer_that_does_not_come_names_the_verb_and_the_seconds(serve: Serve, connect: Connect) -> None:
    server = serve(sizes=SIZES)
    server.answers["GET"] = lambda who, header: None
    with pytest.raises(skelmix.TransportError, match="did not answer GET within 0.05 s") as caught:
        connect(server.endpoint, mode="indexed").get([1], timeout_s=0.05)
    assert caught.value.code == "TIMEOUT"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ids": [1, 2]}, "asked for 1 samples 1 and got 2"),
        ({"tensors": []}, "lacks 'x'"),
        ({"ids": None}, "SAMPLES lacks"),
    ],
)
def test_answers_that_dont_fit_the_question_are_refused(
    serve: Serve, connect: Connect, change: Any, words: str
) -> None:
    server = serve(sizes=SIZES)
    sent = server.send

    def send(who: bytes, header: Any, *payload: Any) -> None:
        if header["k"] == "SAMPLES":
            header = {**header, **change}
            if change.get("ids"):  # tensors of two samples, so that only the choice is wrong
                header["tensors"] = [
                    {**tensor, "shape": [2, *tensor["shape"][1:]], "data": at}
                    for at, tensor in enumerate(header["tensors"])
                ]
                payload = tuple(frame * 2 for frame in payload)
        sent(who, header, *payload)

    server.send = send  # type: ignore[method-assign]
    with pytest.raises(skelmix.TransportError, match=words) as caught:
        connect(server.endpoint, mode="indexed").get([1])
    assert caught.value.code == "PROTOCOL_MESSAGE"


def test_a_question_is_asked_again_of_a_server_that_lost_the_session(serve: Serve, connect: Connect) -> None:
    server = serve(sizes=SIZES, max_get=1)
    stream = connect(server.endpoint, mode="indexed", split="train")
    whole = server.get_samples
    state = {"lost": False}

    def lose(who: bytes, header: Any) -> None:
        if state["lost"]:
            whole(who, header)
            return
        state["lost"] = True
        whole(who, {**header, "ids": header["ids"][:1]} | {"requestId": "another"})
        server.error(who, "unknown_session", "say HELLO first", retry="rehello")

    server.answers["GET"] = lose
    assert stream.get([5, 6]).ids == (5, 6)
    assert server.count("GET") == 2


def test_further_tensors_of_a_batch_are_extras(serve: Serve, connect: Connect) -> None:
    server = serve(sizes=SIZES, extras=("t", "n"))
    batch = next(connect(server.endpoint))
    assert set(batch.extras) == {"t", "n"}
    assert batch.extras["t"].shape == (2, 4) and batch.extras["t"].dtype == np.float32
    assert batch.field("n").tolist() == [1, 2] and batch.field("x") is batch.x
    with pytest.raises(skelmix.ConfigError, match="no field 'z'.*made_at, extras, t, n"):
        batch.field("z")


def test_another_order_of_axes_keeps_the_sizes_by_name(serve: Serve, connect: Connect) -> None:
    stream = connect(serve(sizes=SIZES, axes="KMTVC").endpoint)
    assert stream.shape == skelmix.Shape(2, 3, 4, 5, 1) and stream.info.x_shape == (2, 1, 1, 4, 5, 3)
    assert next(stream).x.shape == (2, 1, 1, 4, 5, 3)
