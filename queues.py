"""How tasks are carried, and when which is due: what Celery is set to."""

from datetime import timedelta
from typing import Any

from storage.broker import redis_url
from storage.broker_watch import QUEUES

LONGEST_TASK = timedelta(minutes=5)
BROKER_ANSWERS_WITHIN_SECONDS = 10.0
TASKS_A_CHILD = 200  # of a prefork pool, about half an hour; what a library leaks goes with the process
# A nudge that finds no worker is worth nothing once the next is there; a worker of another machine may be half a
# minute off by its clock.
NUDGE_LASTS = timedelta(minutes=1)

# Name, task, and every how many seconds.
_SCHEDULE = (
    ("poll", "ingest.poll_due_feeds", 10.0),
    # The API sends nothing itself, and an editor waits for this one.
    ("add", "ingest.add_articles", 2.0),
    ("forget", "ingest.forget_hosts", 3600.0),
    ("forget_texts", "upkeep.forget_texts", 3600.0),
    # Whoever placed may have died with the last nudge, or may hold the lease and have been stopped.
    ("place", "cluster.place_articles", 4.0),
    ("sweep", "upkeep.sweep", 30.0),
    ("deliver", "deliver.deliver_changes", 5.0),
    ("forget_deliveries", "deliver.forget_deliveries", 3600.0),
    ("repair", "upkeep.repair", 60.0),
    ("regrade", "upkeep.regrade", 60.0),
    ("expire", "upkeep.expire", 600.0),
)


def celery_settings(broker_url: str | None) -> dict[str, Any]:
    """What workers and beat are told, by the names that Celery and RedBeat have for it."""
    return {
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_ignore_result": True,
        # Both hold in the prefork pool alone, which has `ingest` and `deliver`. The solo pools of the other queues can
        # enforce no limit: their tasks are short by the size of their batches.
        "task_time_limit": LONGEST_TASK.total_seconds(),
        "worker_max_tasks_per_child": TASKS_A_CHILD,
        "worker_soft_shutdown_timeout": 5,
        "worker_enable_remote_control": False,
        "worker_send_task_events": True,  # all that Flower has to go by, as nobody may give a worker orders
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "timezone": "UTC",
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # it waits for its broker as long as that takes
        # What is under way goes on without the broker; its message comes again, and may.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "broker_transport_options": {
            # Of a Redis that is stuck or beyond a broken network; a read that waits for messages lasts a second.
            "socket_timeout": BROKER_ANSWERS_WITHIN_SECONDS,
            "socket_connect_timeout": BROKER_ANSWERS_WITHIN_SECONDS,
            "socket_keepalive": True,
            # A message unacknowledged for longer is delivered again, so no task may take as long.
            "visibility_timeout": 2 * LONGEST_TASK.total_seconds(),
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
        },
        # A task's name begins with its queue. A worker asks its queues in turn, so that `upkeep`, which finds what was
        # lost, is not kept waiting by a long queue of events to describe.
        "task_routes": {f"{queue}.*": queue for queue in QUEUES},
        "beat_scheduler": "redbeat.RedBeatScheduler",
        "redbeat_redis_url": redis_url(broker_url or ""),
        "redbeat_lock_timeout": 30,  # a killed beat is replaced after that long
        "beat_max_loop_interval": 5,
        "beat_schedule": {
            name: {"task": task, "schedule": seconds, "options": {"expires": NUDGE_LASTS.total_seconds()}}
            for name, task, seconds in _SCHEDULE
        },
    }
