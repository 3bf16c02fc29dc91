"""One connection: the thread that owns the socket, and the threads that wait."""
