"""Converts requests for models without a system role."""

from bot.core.llm.messages import Message, Role


def without_system(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The messages with the system texts prepended to the first user message."""
    system = [message.text for message in messages if message.role == Role.SYSTEM]
    others = [message for message in messages if message.role != Role.SYSTEM]
    if not system or not others or others[0].role != Role.USER:
        return messages
    first = others[0].model_copy(update={"text": "\n\n".join([*system, others[0].text])})
    return (first, *others[1:])
