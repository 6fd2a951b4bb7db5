"""What somebody tries who has heard or sent packets and has no right to the door. The lock must withstand each."""

import os

from conversation import Conversation
from link import Broken, ClearRefusal, Cutter, Joiner
from keys import Phone
from messages import Kind, Malformed, Result, Tag, field
from transports import NoConnection

# Chosen: how long a lock may take to say something to a packet that it should refuse.
PATIENCE = 3


async def unlocks(conversation):
    """The unlocks on the newest page of the log, by their sequence numbers (the owner's)."""
    return {line[0] for line in await conversation.log(1) if line[3].startswith("unlock")}


async def watch(conversation):
    """What the lock does with what was just written: its end of the connection, or its answer, in words."""
    try:
        answer = await conversation.hear(PATIENCE)
    except NoConnection as end:
        return "the connection ended" if conversation.connection.error else f"silence ({end})"
    except (ClearRefusal, Broken, Malformed) as refusal:
        return f"refused: {refusal}"
    if answer.kind == Kind.UNLOCK | 0x80 and answer.result == Result.DONE:
        return "UNLOCKED"
    return f"answered with result {answer.result}"


async def replay(open_conversation, open_connection, fields=()):
    """Unlocks and locks once, then sends what was written again, in six ways. Gives (name, what happened, whether it
    opened) for each."""
    recorded, told, seen = [], [], set()

    async def unlock_once():
        """A session with an unlock and a lock behind it; the values of the unlock request alone."""
        conversation = await open_conversation()
        await conversation.ask(Kind.CHALLENGE)
        challenge = conversation.link.challenge
        before = len(conversation.written)
        await conversation.operate(Kind.UNLOCK, *fields)
        values = conversation.written[before:]
        recorded[:] = conversation.written
        await conversation.operate(Kind.LOCK)
        seen.update(await unlocks(conversation))
        return conversation, values, challenge

    async def judged(name, what):
        # One connection at a time: a radio may have no more.
        conversation = await open_conversation()
        try:
            now = await unlocks(conversation)
            bolt = (await conversation.request(Kind.STATUS)).number_of(Tag.BOLT)
        finally:
            await conversation.close()
        told.append((name, what, bolt != 1 or bool(now - seen) or what == "UNLOCKED"))
        seen.update(now)

    conversation, values, challenge = await unlock_once()
    for value in values:
        await conversation.connection.send(value)
    what = await watch(conversation)
    await conversation.close()
    await judged("same connection, same packets", what)

    conversation, values, challenge = await unlock_once()
    # The ciphertext again, in fragments that are due.
    body = b"".join(value[1:] for value in values)
    for value in conversation.link.cutter.cut(body, conversation.connection.mtu):
        await conversation.connection.send(value)
    what = await watch(conversation)
    await conversation.close()
    await judged("same connection, same message in fragments that are due", what)

    conversation, values, challenge = await unlock_once()
    answer = await conversation.ask(Kind.UNLOCK, *fields, challenge=challenge)
    what = f"answered with result {answer.result}" if answer.result != Result.DONE else "UNLOCKED"
    await conversation.close()
    await judged("same session, the old challenge in a new message", what)

    conversation = await open_conversation()
    answer = await conversation.ask(Kind.UNLOCK, *fields, challenge=challenge)
    what = f"answered with result {answer.result}" if answer.result != Result.DONE else "UNLOCKED"
    await conversation.close()
    await judged("new session, the old challenge", what)

    connection = await open_connection()
    answers = 0
    try:
        for value in recorded:
            await connection.send(value)
        while True:
            await connection.receive(PATIENCE)
            answers += 1
    except NoConnection:
        what = f"{'the connection ended' if connection.error else 'silence'} after {answers} values"
    await connection.close()
    await judged("new connection, all packets of the old one", what)

    connection = await open_connection()
    messages = joined(recorded)
    cutter = Cutter()
    try:
        # The old first message, and after the lock's answer to it the old session messages.
        for value in cutter.cut(messages[0], connection.mtu):
            await connection.send(value)
        await connection.receive(PATIENCE)
        for message in messages[1:]:
            for value in cutter.cut(message, connection.mtu):
                await connection.send(value)
        while True:
            await connection.receive(PATIENCE)
    except NoConnection:
        what = "the connection ended" if connection.error else "silence"
    await connection.close()
    await judged("new connection, the old messages after the lock's handshake", what)
    return told


def joined(values):
    """The messages that values were cut from."""
    joiner = Joiner()
    return [message for message in map(joiner.take, values) if message is not None]


async def stranger(open_connection, lock_key):
    """One handshake of a phone that the lock does not know. Gives what the lock said to it."""
    connection = await open_connection()
    try:
        conversation = Conversation(connection, Phone(os.urandom(32), "stranger", lock_key))
        await conversation.open()
        return "WELCOMED"
    except ClearRefusal as refusal:
        return f"refused with reason {refusal.reason}"
    except (NoConnection, Broken) as end:
        return "connection ended" if connection.error else str(end)
    finally:
        await connection.close()


async def flood(open_connection, lock_key, count):
    """Handshakes of strangers, one after the other. Gives how often each answer came."""
    answers = {}
    for _ in range(count):
        try:
            what = await stranger(open_connection, lock_key)
        except NoConnection:
            what = "no connection"
        answers[what] = answers.get(what, 0) + 1
    return answers


async def raw(open_conversation, open_connection, form, texts):
    """Sends bytes as they are: as values of the inbox, as messages in clear, or as plaintext of a session. In
    plaintext @ stands for the field of the newest challenge. Gives what came back, in hexadecimal."""
    came = []
    conversation = await open_conversation() if form == "session" else None
    connection = conversation.connection if conversation else await open_connection()
    cutter = Cutter()
    try:
        for text in texts:
            if form == "session":
                challenge = field(Tag.CHALLENGE, conversation.link.challenge).hex()
                conversation.link.speak(bytes.fromhex(text.replace("@", challenge)))
                await conversation.flush()
                answer = await conversation.hear(PATIENCE)
                came.append(f"kind {answer.kind:#04x}, request {answer.number}, " + ", ".join(
                    f"{tag.name} {value.hex()}" for tag, value in answer.fields))
                continue
            values = [bytes.fromhex(text)]
            if form == "message":
                values = cutter.cut(values[0], connection.mtu)
            for value in values:
                await connection.send(value)
            came.append((await connection.receive(PATIENCE)).hex())
    except (NoConnection, ClearRefusal, Broken, Malformed) as end:
        came.append(str(end))
    finally:
        await connection.close()
    return came
