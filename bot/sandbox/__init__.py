"""WebAssembly modules in their sandbox: nothing reaches a module that it was not granted, and nothing
that a module does harms the process or is believed unchecked.
"""

from bot.sandbox.llama_module import LlamaModule
from bot.sandbox.openai_codec import OpenAICodec
from bot.sandbox.review_function import ReviewFunction
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.wasi_nn.ports import Backend

__all__ = ["Backend", "LlamaModule", "OpenAICodec", "ReviewFunction", "Sandbox"]
