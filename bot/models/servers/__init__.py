"""A model that an llama.cpp, Ollama or vLLM server of the operator's runs: LLAMA_SERVER_URL."""
