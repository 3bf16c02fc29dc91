"""When to ping, and when a silent connection is dead."""

from runware_sync.protocol.heartbeat import STALL, Heartbeat


def test_silence_is_pinged_and_then_dead() -> None:
    """One span of silence, a ping, the same span again."""
    heart = Heartbeat(10.0, 0.0)

    assert not heart.wants_ping(9.9)
    assert heart.wants_ping(10.0)
    heart.pinged(10.5)
    assert not heart.wants_ping(15.0)
    assert not heart.is_dead(20.4)
    assert heart.next_look(11.0) == 20.5
    assert heart.is_dead(20.5)


def test_any_byte_is_a_sign_of_life() -> None:
    """One that arrives, or one of ours that is taken after the socket had been full."""
    for received, accepted in ((1, 0), (0, 1)):
        heart = Heartbeat(10.0, 0.0)
        heart.pinged(10.0)

        heart.note(received, accepted, 12.0)

        assert not heart.is_dead(20.0)
        assert heart.next_look(12.0) == 22.0
        heart.note(received, accepted, 15.0)
        assert heart.wants_ping(22.0)


def test_a_ping_that_cannot_be_written_does_not_keep_a_connection_alive() -> None:
    """Behind a large frame that nobody takes: twice the silence, without a busy wait."""
    heart = Heartbeat(10.0, 0.0)

    assert heart.next_look(5.0) == 10.0
    assert heart.next_look(11.0) == 20.0
    assert not heart.is_dead(19.9)
    assert heart.is_dead(20.0)


def test_a_peer_that_talks_but_takes_nothing_is_dead_in_the_end() -> None:
    """Progress of a large frame is what counts, not its total time."""
    heart = Heartbeat(1000.0, 0.0)

    heart.note(1, 0, 1.0, writing=True)
    heart.note(2, 0, 20.0, writing=True)
    assert heart.next_look(20.0) == 1.0 + STALL
    assert not heart.is_dead(STALL)
    assert heart.is_dead(1.0 + STALL)
    heart.note(3, 65536, 25.0, writing=True)
    assert not heart.is_dead(1.0 + STALL)
    heart.note(4, 65536, 26.0, writing=False)
    assert not heart.is_dead(900.0)
