"""What goes wrong around the service, with real processes and servers."""
