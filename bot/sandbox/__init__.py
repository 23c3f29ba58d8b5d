"""The sandbox for WebAssembly modules: a module gets only what it is granted, cannot harm the process, and
its output is validated.
"""

from bot.sandbox.llama_module import LlamaModule
from bot.sandbox.openai_codec import OpenAICodec
from bot.sandbox.review_function import ReviewFunction
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.wasi_nn.ports import Backend

__all__ = ["Backend", "LlamaModule", "OpenAICodec", "ReviewFunction", "Sandbox"]
