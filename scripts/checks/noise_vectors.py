"""Makes the handshakes of the link with somebody else's implementation of Noise (noiseprotocol, from PyPI).

Usage: noise_vectors.py            prints the file
       noise_vectors.py --check    compares it with Tests/LockLinkTests/Vectors/bolthole-link.txt

Fixed keys, the prologue of the link, and payloads as the link has them. The other implementation plays both sides, and
each side reads what the other has written; Swift is then tested against the file.
"""

import difflib
import pathlib
import sys
import warnings

from noise.backends.default import noise_backend
from noise.connection import Keypair, NoiseConnection

# It warns of ephemeral keys that are given, which is the point here.
warnings.filterwarnings("ignore", message="One of ephemeral keypairs")
FILE = pathlib.Path(__file__).resolve().parent.parent.parent / "Tests/LockLinkTests/Vectors/bolthole-link.txt"
PROLOGUE = b"bolthole link 1"
# 32 bytes each that count up, so that a wrong one shows. X25519 clamps them by itself.
INIT_STATIC = bytes(range(0x10, 0x30))
RESP_STATIC = bytes(range(0x50, 0x70))
INIT_EPHEMERAL = bytes(range(0x90, 0xB0))
RESP_EPHEMERAL = bytes(range(0xC0, 0xE0))
SECRET = bytes(range(0x20))
# As the link has them: IK with a welcome in its second message; XXpsk3 with the invitation's id and the phone's label.
HANDSHAKES = {
    "Noise_IK_25519_AESGCM_SHA256": [b"", bytes(range(33))],
    "Noise_XXpsk3_25519_AESGCM_SHA256": [bytes(range(8)), b"", "Aïcha’s phone".encode()],
}
# Both sides speak in turns, the initiator first, as in the published vectors.
TRANSPORT = [b"\x00\x01" + bytes(22), b"\x80\x01\x02\x01\x00", b"", bytes(index % 251 for index in range(1_000))]


def side(name, is_initiator):
    """One side, ready for its first message."""
    connection = NoiseConnection.from_name(name.encode())
    own, other = (INIT_STATIC, RESP_STATIC) if is_initiator else (RESP_STATIC, INIT_STATIC)
    if is_initiator:
        connection.set_as_initiator()
    else:
        connection.set_as_responder()
    connection.set_prologue(PROLOGUE)
    connection.set_keypair_from_private_bytes(Keypair.STATIC, own)
    connection.set_keypair_from_private_bytes(Keypair.EPHEMERAL, INIT_EPHEMERAL if is_initiator else RESP_EPHEMERAL)
    if "psk" in name:
        connection.set_psks(psk=SECRET)
    elif is_initiator:
        public = noise_backend.diffie_hellmans["25519"]().klass.from_private_bytes(other).public_bytes
        connection.set_keypair_from_public_bytes(Keypair.REMOTE_STATIC, public)
    connection.start_handshake()
    return connection


def transcript(name):
    """The lines of one handshake, in the form of the published vectors."""
    yield f"handshake={name}"
    yield f"init_static={INIT_STATIC.hex()}"
    yield f"resp_static={RESP_STATIC.hex()}"
    yield f"gen_init_ephemeral={INIT_EPHEMERAL.hex()}"
    yield f"gen_resp_ephemeral={RESP_EPHEMERAL.hex()}"
    yield f"prologue={PROLOGUE.hex()}"
    if "psk" in name:
        yield f"preshared_key={SECRET.hex()}"
    initiator, responder = side(name, True), side(name, False)
    writer, reader = initiator, responder
    number = 0
    for payload in HANDSHAKES[name]:
        message = bytes(writer.write_message(payload))
        assert bytes(reader.read_message(message)) == payload
        yield f"msg_{number}_payload={payload.hex()}"
        yield f"msg_{number}_ciphertext={message.hex()}"
        writer, reader = reader, writer
        number += 1
    assert initiator.handshake_finished and responder.handshake_finished
    assert initiator.get_handshake_hash() == responder.get_handshake_hash()
    writer, reader = initiator, responder
    for payload in TRANSPORT:
        message = bytes(writer.encrypt(payload))
        assert bytes(reader.decrypt(message)) == payload
        yield f"msg_{number}_payload={payload.hex()}"
        yield f"msg_{number}_ciphertext={message.hex()}"
        writer, reader = reader, writer
        number += 1
    yield f"handshake_hash={bytes(initiator.get_handshake_hash()).hex()}"


def file():
    """The whole file."""
    lines = ["# Made by scripts/checks/noise_vectors.py: noiseprotocol 0.3.1, which others wrote, plays both sides."]
    for name in HANDSHAKES:
        lines += ["", *transcript(name)]
    return "\n".join(lines) + "\n"


if sys.argv[1:] == ["--check"]:
    stored, made = FILE.read_text().splitlines(), file().splitlines()
    difference = list(difflib.unified_diff(stored, made, FILE.name, "noiseprotocol", lineterm=""))
    print("\n".join(line[:160] for line in difference) or "ok      noiseprotocol makes the same handshakes")
    sys.exit(1 if difference else 0)
print(file(), end="")
