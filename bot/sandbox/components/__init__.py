"""WebAssembly components on wasmtime: loading, types, limits, calls."""
