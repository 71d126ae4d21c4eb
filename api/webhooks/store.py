"""The queries on webhooks and on the tries to deliver to them."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Engine, Row, and_, delete, func, insert, or_, select, update

from api.tables import api_keys, deliveries, webhooks
from api.webhooks.retrying import RETRY_AFTER
from api.webhooks.webhook import Delivery, Disabled, Webhook
from cluster.change_log import Subject, Wanted
from cluster.tables import changes
from ingest.outcome import Outcome
from storage.engine import reading, writing
from storage.instants import has_come

_wanted = TypeAdapter(Wanted)
_WELL: Mapping[str, int | None] = {"attempts": 0, "next_try_at": None, "failing_since": None}
_VALID = select(api_keys.c.id).where(api_keys.c.revoked_at.is_(None))
_UNCLAIMED: Mapping[str, None] = {"claim": None, "claimed_until": None}


class WebhookStore:
    """Webhooks, each of one key, which alone sees it. Workers claim what is due and lose it when they take too long."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, webhook: Webhook, at_most: int) -> bool:
        """A new webhook; False when its key has `at_most` already."""
        row = {
            "id": webhook.id,
            "key_id": webhook.key_id,
            "url": webhook.url,
            "wanted": _wanted.dump_json(webhook.only).decode(),
            "secret": webhook.secret,
            "created_at": webhook.created_at,
            "seq": webhook.seq,
            "attempts": 0,
        }
        of_key = select(func.count()).select_from(webhooks).where(webhooks.c.key_id == webhook.key_id)
        with writing(self._engine) as connection:
            # Locked first: several that are made at once would each count those before all of them.
            connection.execute(select(api_keys.c.id).where(api_keys.c.id == webhook.key_id).with_for_update())
            if (connection.scalar(of_key) or 0) >= at_most:
                return False
            connection.execute(insert(webhooks).values(**row))
        return True

    def of_key(self, key_id: str) -> list[Webhook]:
        """A key's webhooks, oldest first."""
        query = select(webhooks).where(webhooks.c.key_id == key_id).order_by(webhooks.c.created_at, webhooks.c.id)
        with reading(self._engine) as connection:
            return [_webhook(row) for row in connection.execute(query)]

    def get(self, key_id: str, webhook_id: str) -> Webhook | None:
        """One of a key's webhooks; None when it has none of this id."""
        with reading(self._engine) as connection:
            row = connection.execute(select(webhooks).where(*_one(key_id, webhook_id))).one_or_none()
        return _webhook(row) if row else None

    def remove(self, key_id: str, webhook_id: str) -> bool:
        """Takes it away with the record of its deliveries; False when there is none."""
        this = _one(key_id, webhook_id)
        with writing(self._engine) as connection:
            # Locked first: a worker that records a delivery meanwhile would refer to what is gone.
            if connection.scalar(select(webhooks.c.id).where(*this).with_for_update()) is None:
                return False
            connection.execute(delete(deliveries).where(deliveries.c.webhook_id == webhook_id))
            connection.execute(delete(webhooks).where(*this))
        return True

    def rotate(
        self, key_id: str, webhook_id: str, secret: str, now: datetime, former_until: datetime
    ) -> Webhook | None:
        """Gives it another secret, beside which the one it had is valid for a while.

        None when there is no such webhook, or when a former secret is valid still: receivers may know that one alone.
        """
        has_one = or_(webhooks.c.former_until.is_(None), webhooks.c.former_until <= now)
        values = {"secret": secret, "former_secret": webhooks.c.secret, "former_until": former_until}
        return self._change(key_id, webhook_id, has_one, **values)

    def enable(self, key_id: str, webhook_id: str, seq: int | None) -> Webhook | None:
        """Tries anew what it was not sent, from a place in the log when one is given."""
        moved = {} if seq is None else {"seq": seq}
        values = {**_WELL, **_UNCLAIMED, "disabled": None, "disabled_at": None}
        return self._change(key_id, webhook_id, **values, **moved)

    def ask_for_ping(self, key_id: str, webhook_id: str, now: datetime) -> Webhook | None:
        """The next worker sends it a ping."""
        return self._change(key_id, webhook_id, ping_asked_at=now)

    def deliveries(self, webhook_id: str, limit: int, before: int | None = None) -> list[tuple[int, Delivery]]:
        """The tries, newest first, each with its place in the record; before such a place when one is given."""
        query = select(deliveries).where(deliveries.c.webhook_id == webhook_id).order_by(deliveries.c.id.desc())
        if before is not None:
            query = query.where(deliveries.c.id < before)
        with reading(self._engine) as connection:
            return [(row.id, _delivery(row)) for row in connection.execute(query.limit(limit))]

    def told_of(self, event_ids: Sequence[str], since: datetime) -> tuple[tuple[str, int], ...]:
        """By the names of their keys, how many webhooks took a change of these events since an instant."""
        seqs = select(changes.c.seq).where(changes.c.event_id.in_(event_ids))
        took = (deliveries.c.seq.in_(seqs), deliveries.c.at >= since, deliveries.c.outcome == Outcome.OK)
        count = func.count(deliveries.c.webhook_id.distinct())
        query = select(api_keys.c.name, count).join_from(deliveries, webhooks).join(api_keys).where(*took)
        with reading(self._engine) as connection:
            found = connection.execute(query.group_by(api_keys.c.name).order_by(count.desc(), api_keys.c.name))
            return tuple((name, int(webhooks_of)) for name, webhooks_of in found)

    def wanting(self, event_id: str, subject: Subject) -> tuple[tuple[str, int], ...]:
        """By the names of their keys, how many webhooks are sent changes of events that are about this."""
        query = select(api_keys.c.name, webhooks.c.wanted).join_from(webhooks, api_keys)
        query = query.where(webhooks.c.disabled.is_(None), api_keys.c.revoked_at.is_(None)).order_by(api_keys.c.name)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        names = [row.name for row in rows if _wanted.validate_json(row.wanted).is_about(event_id, subject)]
        return tuple(Counter(names).most_common())

    def forget_deliveries(self, before: datetime) -> None:
        """Drops the record of older tries."""
        with writing(self._engine) as connection:
            connection.execute(delete(deliveries).where(deliveries.c.at < before))

    def claim(self, now: datetime, newest: int, until: datetime, limit: int) -> list[Webhook]:
        """Those that a message or a ping is due for and nobody is at work on, furthest behind in front.

        `newest` is the end of the change log. Webhooks of a key that was revoked are left alone.
        """
        is_free = or_(webhooks.c.claimed_until.is_(None), has_come(webhooks.c.claimed_until, now, until - now))
        is_behind = and_(
            webhooks.c.disabled.is_(None),
            webhooks.c.seq < newest,
            or_(webhooks.c.next_try_at.is_(None), has_come(webhooks.c.next_try_at, now, max(RETRY_AFTER))),
        )
        due = select(webhooks.c.id).where(
            is_free, or_(is_behind, webhooks.c.ping_asked_at.is_not(None)), webhooks.c.key_id.in_(_VALID)
        )
        with writing(self._engine) as connection:
            found = connection.scalars(due.order_by(webhooks.c.seq).limit(limit).with_for_update(skip_locked=True))
            claimed = update(webhooks).where(webhooks.c.id.in_(list(found)))
            rows = connection.execute(
                claimed.values(claim=secrets.token_hex(8), claimed_until=until).returning(webhooks)
            )
            return [_webhook(row) for row in rows]

    def renew(self, webhook: Webhook, seq: int, now: datetime, until: datetime) -> Webhook | None:
        """Prolongs the claim; what lies up to this place was sent or is not wanted.

        It as it stands by now, its secrets for one. None, and nothing is written, when the claim has run out, another
        has it, or the key was revoked: then nothing more is to be sent.
        """
        still = (*_claimed(webhook), webhooks.c.claimed_until > now, webhooks.c.key_id.in_(_VALID))
        passed = {"seq": seq, **_WELL} if seq > webhook.seq else {}
        renewed = update(webhooks).where(*still).values(claimed_until=until, **passed).returning(webhooks)
        with writing(self._engine) as connection:
            row = connection.execute(renewed).one_or_none()
        return _webhook(row) if row else None

    def took(self, webhook: Webhook, delivery: Delivery, until: datetime) -> Webhook | None:
        """It has taken the message; the claim goes on. None, and nothing is written, when another has the claim."""
        return self._record(webhook, delivery, seq=delivery.seq, claimed_until=until, **_WELL)

    def refused(
        self, webhook: Webhook, delivery: Delivery, next_try_at: datetime | None, disabled: Disabled | None
    ) -> None:
        """It has not, and the claim ends. What lies before the message is passed, so that it is the next one."""
        values: dict[str, object] = {"attempts": delivery.attempt, "next_try_at": next_try_at, **_UNCLAIMED}
        if delivery.seq is not None:
            values["seq"] = delivery.seq - 1
        values["failing_since"] = func.coalesce(webhooks.c.failing_since, delivery.at)
        if disabled:
            values |= {"disabled": disabled, "disabled_at": delivery.at}
        self._record(webhook, delivery, **values)

    def pinged(self, webhook: Webhook, delivery: Delivery, until: datetime) -> Webhook | None:
        """The ping was sent, however that ended; the claim goes on."""
        return self._record(webhook, delivery, ping_asked_at=None, claimed_until=until)

    def release(self, webhook: Webhook) -> None:
        """Ends the claim."""
        with writing(self._engine) as connection:
            connection.execute(update(webhooks).where(*_claimed(webhook)).values(**_UNCLAIMED))

    def _change(
        self, key_id: str, webhook_id: str, *conditions: ColumnElement[bool], **values: object
    ) -> Webhook | None:
        changed = update(webhooks).where(*_one(key_id, webhook_id), *conditions).values(**values).returning(webhooks)
        with writing(self._engine) as connection:
            row = connection.execute(changed).one_or_none()
        return _webhook(row) if row else None

    def _record(self, webhook: Webhook, delivery: Delivery, **values: object) -> Webhook | None:
        recorded = update(webhooks).where(*_claimed(webhook)).values(**values).returning(webhooks)
        with writing(self._engine) as connection:
            row = connection.execute(recorded).one_or_none()
            if row is None:
                return None
            told = {name: getattr(delivery, name) for name in Delivery.__slots__}
            connection.execute(insert(deliveries).values(webhook_id=webhook.id, **told))
        return _webhook(row)


def _one(key_id: str, webhook_id: str) -> tuple[ColumnElement[bool], ...]:
    return webhooks.c.key_id == key_id, webhooks.c.id == webhook_id


def _claimed(webhook: Webhook) -> tuple[ColumnElement[bool], ...]:
    return webhooks.c.id == webhook.id, webhooks.c.claim == webhook.claim


def _webhook(row: Row[Any]) -> Webhook:
    kept = {name: getattr(row, name) for name in Webhook.__slots__ if name not in ("only", "disabled")}
    disabled = Disabled(row.disabled) if row.disabled else None
    return Webhook(only=_wanted.validate_json(row.wanted), disabled=disabled, **kept)


def _delivery(row: Row[Any]) -> Delivery:
    kept = {name: getattr(row, name) for name in Delivery.__slots__ if name != "outcome"}
    return Delivery(outcome=Outcome(row.outcome), **kept)
