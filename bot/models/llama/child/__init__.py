"""The process that holds one model on llama.cpp: it knows nothing of the bot but what `frames` brings."""
