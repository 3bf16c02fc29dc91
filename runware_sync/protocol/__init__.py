"""What the service and a client say to each other; without threads, sockets or clocks."""
