"""The host's side of WASI-NN: loading, resources, and the interface of the models' backend."""
