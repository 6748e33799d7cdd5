"""Encrypted connections: the key agreement, key files, and the real server's allow-list and roles."""

from __future__ import annotations

import pickle
import subprocess
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, Tuple

import pytest
import zmq
from real_server import MAIN, PATIENCE, REPOSITORY, SMALL, needs_build, needs_node, served
from zmq.utils import z85

import skelmix
from skelmix.keys import curve_keys, read_key_file
from skelmix.x25519 import x25519

Connect = Callable[..., skelmix.Stream]


def pair() -> Tuple[str, str]:
    public, secret = zmq.curve_keypair()
    return public.decode(), secret.decode()


# X25519.

VECTORS = [  # RFC 7748, section 5.2
    (
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
    ),
    (
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
    ),
]


@pytest.mark.parametrize(("scalar", "point", "shared"), VECTORS)
def test_x25519_has_the_values_of_the_rfc(scalar: str, point: str, shared: str) -> None:
    assert x25519(bytes.fromhex(scalar), bytes.fromhex(point)).hex() == shared


def test_x25519_of_the_base_point_with_itself_has_the_value_of_the_rfc() -> None:
    nine = bytes([9, *bytes(31)])
    assert x25519(nine, nine).hex() == "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"


def test_both_owners_compute_the_same_and_a_public_key_is_that_of_the_base_point() -> None:
    base = bytes([9, *bytes(31)])
    for _ in range(5):
        (ours, our_secret), (theirs, their_secret) = ([z85.decode(key.encode()) for key in pair()] for _ in range(2))
        assert x25519(our_secret, base) == ours
        assert x25519(our_secret, theirs) == x25519(their_secret, ours)


@pytest.mark.parametrize("point", [bytes(32), bytes([1, *bytes(31)]), bytes(31)])
def test_a_point_that_gives_nothing_is_refused(point: bytes) -> None:
    with pytest.raises(ValueError, match="zeros|32 bytes"):
        x25519(bytes(range(32)), point)


# Files and options.


@needs_node
@needs_build
def test_the_proof_is_that_of_the_typescript_client() -> None:
    (public, secret), (server, _) = pair(), pair()
    keys = skelmix.CurveKeys(server, public, secret)
    url = (REPOSITORY / "dist" / "transport" / "security" / "index.js").as_uri()
    proof = "m.keyProof({ publicKey: p, secretKey: s }, o)"
    script = f"const [u, p, s, o] = process.argv.slice(1); import(u).then((m) => process.stdout.write({proof}))"
    theirs = subprocess.run(["node", "-e", script, "--", url, public, secret, server], capture_output=True, text=True)
    assert keys.auth() == {"key": public, "proof": theirs.stdout}, theirs.stderr


def test_keys_come_from_a_map_a_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SKELMIX_KEY", "SKELMIX_SERVER_KEY"):
        monkeypatch.delenv(name, raising=False)
    (public, secret), (server, _) = pair(), pair()
    own, other = tmp_path / "trainer.key", tmp_path / "server.pub"
    own.write_text(f"public {public}\nsecret {secret}\n")
    other.write_text(f"public {server}\n")
    wanted = skelmix.CurveKeys(server, public, secret)
    assert curve_keys(None) is None
    for given in (
        wanted,
        {"server_key": server, "key": str(own)},
        {"server_key": str(other), "key": own},
        {"server_key": server, "public_key": public, "secret_key": secret},
    ):
        assert curve_keys(given) == wanted
    monkeypatch.setenv("SKELMIX_KEY", str(own))
    with pytest.raises(skelmix.ConfigError, match="SKELMIX_KEY is set and SKELMIX_SERVER_KEY is not") as caught:
        skelmix.Stream("tcp://127.0.0.1:1")
    assert caught.value.code == "CONFIG_CONFLICT"
    monkeypatch.setenv("SKELMIX_SERVER_KEY", server)
    assert curve_keys(None) == wanted and curve_keys(False) is None


def test_a_secret_is_in_no_text(tmp_path: Path) -> None:
    (public, secret), (server, _) = pair(), pair()
    assert secret not in repr(skelmix.CurveKeys(server, public, secret))
    broken = tmp_path / "broken.key"
    broken.write_text(f"public {public[:-1]}\nsecret {secret}\n")
    for given in (
        {"server_key": server, "public_key": public[:-1], "secret_key": secret},
        {"server_key": server, "public_key": public, "secret_key": secret + "?"},
        {"server_key": server, "key": str(broken)},
        {"server_key": server, "keys": secret},
        (server, public, secret, 4),
        {"server_key": "%nSc" * 10, "public_key": public, "secret_key": secret},
    ):
        with pytest.raises(skelmix.ConfigError) as caught:
            skelmix.Stream("tcp://127.0.0.1:1", curve=given)
        assert caught.value.code == "CONFIG_INVALID" and secret not in str(caught.value)
    with pytest.raises(skelmix.ConfigError, match="can't be read.*skelmix keys new") as caught:
        read_key_file(tmp_path / "nowhere")
    assert caught.value.code == "CONFIG_FILE_MISSING"


# The real server.


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Dict[str, str]:
    """Paths of key files as `skelmix keys` makes them, and the folder."""
    if not MAIN.exists():
        pytest.skip("the server is not built: npm run build")
    folder = tmp_path_factory.mktemp("keys")

    def run(*arguments: str) -> str:
        command = ["node", str(MAIN), "keys", *arguments, "--keys", str(folder)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    found = {"folder": str(folder), "server": run("new", "server")}
    for name, role in (("reader", "read"), ("boss", "control"), ("stranger", None)):
        key = run("new", name)
        found[name] = str(folder / f"{name}.key")
        if role:
            run("allow", key, "--role", role, "--name", name)
    return found


@pytest.fixture(scope="module")
def endpoints(keys: Dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with served(tmp_path_factory.mktemp("guarded"), *SMALL, "--serve-keys", keys["folder"]) as lines:
        yield lines


def curve(keys: Dict[str, str], name: str) -> Dict[str, str]:
    return {"key": keys[name], "server_key": keys["server"]}


@needs_node
@needs_build
@pytest.mark.parametrize("prefer_ipc", [False, True])
def test_an_allowed_reader_reads_and_may_not_change_settings(
    keys: Dict[str, str], endpoints: Any, connect: Connect, prefer_ipc: bool
) -> None:
    stream = connect(endpoints[0], curve=curve(keys, "reader"), prefer_ipc=prefer_ipc, **PATIENCE)
    assert stream.endpoint == endpoints[prefer_ipc]
    assert len(next(stream)) == 8
    with pytest.raises(skelmix.TransportError, match="may read, not control") as caught:
        stream.ratio = 0.0
    assert caught.value.code == "AUTH_REFUSED"
    assert len(next(stream)) == 8


@needs_node
@needs_build
def test_an_allowed_controller_may_and_the_environment_will_do(
    keys: Dict[str, str], endpoints: Any, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKELMIX_KEY", keys["boss"])
    monkeypatch.setenv("SKELMIX_SERVER_KEY", keys["server"])
    stream = connect(endpoints[0], **PATIENCE)
    rev = stream.rev
    stream.ratio = 0.0
    assert stream.rev == rev + 1
    copy = pickle.loads(pickle.dumps(stream))
    assert copy.batch_size == 8
    copy.close()


@needs_node
@needs_build
def test_a_key_that_is_not_allowed_is_told_so_at_once(keys: Dict[str, str], endpoints: Any, connect: Connect) -> None:
    public = read_key_file(keys["stranger"])["public"]
    with pytest.raises(skelmix.TransportError, match="does not allow this client.*skelmix keys allow") as caught:
        connect(endpoints[0], curve=curve(keys, "stranger"), **PATIENCE)
    assert caught.value.code == "AUTH_REFUSED" and public in str(caught.value)


@needs_node
@needs_build
def test_a_wrong_key_of_the_server_is_named_in_the_time_out(keys: Dict[str, str], endpoints: Any, connect: Connect) -> None:
    wrong = pair()[0]
    with pytest.raises(skelmix.TransportError) as caught:
        connect(endpoints[0], curve={"key": keys["reader"], "server_key": wrong}, connect_timeout_s=4)
    assert caught.value.code == "AUTH_REFUSED" and f"its key is not {wrong}" in str(caught.value)


@needs_node
@needs_build
def test_a_client_without_keys_is_told_that_it_needs_some(endpoints: Any, connect: Connect) -> None:
    with pytest.raises(skelmix.TransportError, match="it asks for keys .*SKELMIX_KEY") as caught:
        connect(endpoints[0], connect_timeout_s=4)
    assert caught.value.code == "TIMEOUT"


@needs_node
@needs_build
def test_a_stolen_name_without_its_secret_is_refused(keys: Dict[str, str], endpoints: Any, connect: Connect) -> None:
    class Claims(skelmix.CurveKeys):
        """Says that it is the boss, under the reader's key."""

        def auth(self) -> Dict[str, str]:
            boss = read_key_file(keys["boss"])["public"]
            return {**skelmix.CurveKeys.auth(self), "key": boss}

    reader = read_key_file(keys["reader"])
    from skelmix.connection import Connection

    claims = Claims(keys["server"], reader["public"], reader["secret"])
    link = Connection(
        endpoints[0], client="thief", credit=1, dtype="<f4", name=None, prefer_ipc=False, keys=claims
    )
    try:
        with pytest.raises(skelmix.TransportError, match="not that of an allowed key") as caught:
            link.wait_ready(60)
        assert caught.value.code == "AUTH_REFUSED"
    finally:
        link.close()
