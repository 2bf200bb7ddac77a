"""HTTP servers on loopback for tests and benchmarks: real sockets, answers as they are told to be."""
