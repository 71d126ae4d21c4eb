"""Signatures, by the vector of the specification and by a library that is not ours."""

from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook as Verifier

from api.webhooks.signing import new_secret, signed_headers
from api.webhooks.webhook import Message

BODY = b'{"type":"ping"}'


def test_the_example_of_the_specification_comes_out() -> None:
    message = Message("msg_p5jXN8AQM9LWM0D4loKWxJek", "test", b'{"test": 2432232314}')
    headers = signed_headers(
        message, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], datetime.fromtimestamp(1614265330, UTC)
    )

    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_may_know_either_secret() -> None:
    secrets = [new_secret(), new_secret()]
    headers = signed_headers(Message("msg_1", "ping", BODY), secrets, datetime.now(UTC))

    assert headers["webhook-signature"].count("v1,") == 2
    for secret in secrets:
        assert Verifier(secret).verify(BODY, headers) == {"type": "ping"}


def test_secrets_are_long_and_no_two_alike() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    assert len(new_secret()) >= 48
