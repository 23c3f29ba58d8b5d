"""Models on a llama.cpp, Ollama, vLLM or other OpenAI-compatible server (LLAMA_SERVER_URL)."""
