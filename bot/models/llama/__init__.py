"""GGUF models on llama.cpp, in a process of their own.

A broken model may abort llama.cpp or make it hang, and no answer is worth the server. So the model
lives in a child (`child`, `generation`, `prompts`); the parent starts it, watches it and starts it
anew (`process`, `supervisor`). `backend` is what WASI-NN is given, `engine` what reviews are given.
"""
