"""GGUF models on llama.cpp, in a process of their own.

A broken model may abort llama.cpp or make it hang, and no answer is worth the server. So the model
lives in a process of its own (`child`); the files here are its parent's, who plans it (`header`, `plan`),
starts it, watches it and starts it anew (`process`, `supervisor`), and lets questions in by turns
(`turns`, `call`, `stream`). `frames` is what the two say to each other. `backend` is what WASI-NN is
given, `engine` what reviews are given.
"""
