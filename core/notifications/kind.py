"""What people are told about, and the ways by which they are told."""

from enum import StrEnum


class Kind(StrEnum):
    """What somebody is told about."""

    REVIEW_ASKED = "review.asked"
    REVIEW_STALED = "review.staled"
    REQUEST_DECIDED = "request.decided"
    EXPIRING_SOON = "request.expiring"
    FINDING_DUE = "finding.due"
    ALERT_RAISED = "alert.raised"

    @property
    def words(self) -> str:
        """The kind as somebody chooses it."""
        return _KIND_WORDS[self]


_KIND_WORDS = {
    Kind.REVIEW_ASKED: "My signature is wanted",
    Kind.REVIEW_STALED: "Something changed since I signed",
    Kind.REQUEST_DECIDED: "My request was decided",
    Kind.EXPIRING_SOON: "A request that waits for me expires soon",
    Kind.FINDING_DUE: "A finding of mine is due",
    Kind.ALERT_RAISED: "A model in use raised an alert",
}


class Channel(StrEnum):
    """By which way somebody is told."""

    INBOX = "inbox"
    MAIL = "mail"
    WEBHOOK = "webhook"

    @property
    def words(self) -> str:
        """The channel as people call it."""
        return _CHANNEL_WORDS[self]


_CHANNEL_WORDS = {Channel.INBOX: "In Signoff", Channel.MAIL: "E-mail", Channel.WEBHOOK: "Webhook"}

PERSONAL = (Channel.INBOX, Channel.MAIL)
"""Channels that reach one person, who chooses; webhooks reach systems and are the administrator's."""
