"""The servers that tests talk to: found or started, on loopback, gone when the run is over."""
