"""GGUF models on llama.cpp, each in a separate process.

A broken model may abort or hang llama.cpp, which must not affect the server. So the model runs in a child
process (`child`); the modules here belong to the parent, which plans the child (`header`, `plan`), starts,
watches and restarts it (`process`, `supervisor`), and queues questions (`slots`, `child_request`, `stream`).
`frames` is the protocol between the two. WASI-NN uses `backend`, reviews use `engine`.
"""
