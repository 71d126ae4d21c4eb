"""What editors' programs do and read: `/v1/editor`."""
