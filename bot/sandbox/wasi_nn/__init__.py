"""What stands behind WASI-NN: what a guest may load, what it holds, and what is asked of the models' host."""
