"""WebAssembly modules in their sandbox: nothing reaches a module that it was not granted, and nothing
that a module does harms the process or is believed unchecked.
"""

from bot.sandbox.codec import OpenAICodec
from bot.sandbox.function import ReviewFunction
from bot.sandbox.llama import LlamaModule
from bot.sandbox.nn.ports import Backend
from bot.sandbox.sandbox import Sandbox

__all__ = ["Backend", "LlamaModule", "OpenAICodec", "ReviewFunction", "Sandbox"]
