"""Questions for models that know no system role."""

from bot.core.llm.messages import Message, Role


def without_system(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """What the system says stands before what is asked first."""
    told = [message.text for message in messages if message.role == Role.SYSTEM]
    rest = [message for message in messages if message.role != Role.SYSTEM]
    if not told or not rest or rest[0].role != Role.USER:
        return messages
    first = rest[0].model_copy(update={"text": "\n\n".join([*told, rest[0].text])})
    return (first, *rest[1:])
